"""A person's data: all of it as one archive, and the end of it.

The archive is made and sent in the answer itself, for the password: so there is no link to it that
could be passed on or stolen (spec C8.10). Leaving signs the person out everywhere; signing in again
within the days of grace calls it off.
"""

from datetime import timedelta

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from idp.accounts import Person, ask_deletion
from idp.audit import Event, record
from idp.factors import devices_of, find_app
from idp.kernel.ground import clock
from idp.kernel.ground.faults import FieldFault, Invalid
from idp.kernel.web.floor import current_floor
from idp.kernel.web.surface import Surface, surface
from idp.passkeys import passkeys_of
from idp.sessions import LiveSession, current_session, drop_session, end_sessions_of, sessions_of
from idp.settings import settings_of
from idp.tokens import revoke_grants_of

from .export import Everything, archive
from .routes_activity import happenings_of
from .routes_person import page, password_faults_of, signed_in_person, to_signin
from .routes_sites import connected_sites

MOST_HAPPENINGS = 10_000
blueprint = surface(Blueprint("data", __name__), Surface.PAGE)


@blueprint.get("/account/data")
def show() -> Response:
    """Offer the archive, and the way out."""
    if current_session() is None:
        return to_signin()
    _, person = signed_in_person()
    return page("data", person=person)


@blueprint.post("/account/data/export")
def export() -> Response:
    """Send everything as one archive."""
    live, person = signed_in_person()
    faults = password_faults_of(live.account_id)
    if faults:
        return page("data", fault=Invalid(fields=faults), person=person)
    now = clock.now()
    with current_floor().db.writing() as session:
        record(session, Event("account.exported", live.account_id), now=now)
    everything = _everything(live, person)
    readable = render_template("selfservice/export.html", everything=everything, made_at=now)
    response = make_response(archive(everything, readable, made_at=now))
    response.mimetype = "application/zip"
    response.headers["Content-Disposition"] = 'attachment; filename="igrajdanin.zip"'
    return response


@blueprint.get("/account/data/delete")
def show_deletion() -> Response:
    """Say what goes, what stays and when, and ask for the password."""
    _, person = signed_in_person()
    return _deletion_page(person)


@blueprint.post("/account/data/delete")
def delete() -> Response:
    """Note the wish and sign out everywhere."""
    live, person = signed_in_person()
    faults = password_faults_of(live.account_id)
    if request.form.get("understood") != "yes":
        faults.append(FieldFault("understood", "Tick this to go on"))
    if faults:
        return _deletion_page(person, Invalid(fields=faults))
    floor, now = current_floor(), clock.now()
    grace = timedelta(days=settings_of(floor).deletion_grace_days)
    with floor.db.writing() as session:
        ask_deletion(session, live.account_id, grace=grace, outbox=floor.outbox, now=now)
        end_sessions_of(session, live.account_id, now=now)
        revoke_grants_of(session, live.account_id, now=now)
    return drop_session(make_response(redirect(url_for("data.leaving"), 303)))


@blueprint.get("/leaving")
def leaving() -> str:
    """Say what happens now; the same for everybody, for nobody is signed in here."""
    days = settings_of(current_floor()).deletion_grace_days
    return render_template("selfservice/leaving.html", days=days)


def _deletion_page(person: Person, fault: Invalid | None = None) -> Response:
    days = settings_of(current_floor()).deletion_grace_days
    return page("delete", fault=fault, person=person, days=days)


def _everything(live: LiveSession, person: Person) -> Everything:
    now = clock.now()
    with current_floor().db.reading() as session:
        sessions = sessions_of(session, live.account_id, now=now)
        passkeys = passkeys_of(session, live.account_id)
        app = find_app(session, live.account_id)
        devices = devices_of(session, live.account_id, now=now)
    return Everything(
        person=person,
        sessions=sessions,
        sites=connected_sites(live.account_id),
        happenings=happenings_of(live.account_id, limit=MOST_HAPPENINGS),
        passkeys=passkeys,
        app=app,
        devices=devices,
    )
