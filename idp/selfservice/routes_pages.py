"""The person's own page. Every change asks for the session again; nothing here is for anybody else."""

from datetime import datetime

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from idp.accounts import (
    Person,
    ask_confirmation,
    find_credentials_of,
    find_person,
    hash_password,
    is_password,
    parse_address,
    password_faults,
    rename,
    set_password,
    stolen_passwords,
)
from idp.clients import find_clients
from idp.consent import consents_of, scope_words, withdraw_consent
from idp.kernel.ground import clock
from idp.kernel.ground.faults import FieldFault, Invalid, Unauthenticated
from idp.kernel.ground.ids import parse_id
from idp.kernel.ground.text import clean_line
from idp.kernel.web.floor import current_floor
from idp.kernel.web.i18n import current_language
from idp.kernel.web.limits import check_limit
from idp.kernel.web.surface import Surface, surface
from idp.sessions import (
    LiveSession,
    current_session,
    drop_session,
    end_session,
    end_sessions_of,
    sessions_of,
)
from idp.tokens import revoke_grants_of

from .words import browser_words

blueprint = surface(Blueprint("account", __name__), Surface.PAGE)
_LONGEST_NAME = 100


@blueprint.get("/")
def start() -> Response:
    """Lead to the person's page."""
    return make_response(redirect(url_for("account.show"), 303))


@blueprint.get("/account")
def show() -> Response:
    """Show the page, or the sign-in form to somebody who is not signed in."""
    live = current_session()
    if live is None:
        return make_response(redirect(url_for("signin.show"), 303))
    return _page(live)


@blueprint.post("/account/name")
def change_name() -> Response:
    """Set the name that sites are told."""
    live, now = _required(), clock.now()
    name = clean_line(request.form.get("name", ""))
    if len(name) > _LONGEST_NAME:
        field = FieldFault("name", "Use at most %(count)s characters", {"count": _LONGEST_NAME})
        return _page(live, Invalid(fields=[field]))
    with current_floor().db.writing() as session:
        rename(session, live.account_id, name, now=now)
    return _back("name")


@blueprint.post("/account/password")
def change_password() -> Response:
    """Set a new password by the old one; other sessions end (spec C6.4)."""
    live, now, db = _required(), clock.now(), current_floor().db
    check_limit("password-change", "10/hour", str(live.account_id))
    person = _person(live)
    with db.reading() as session:
        known = find_credentials_of(session, person.id)
    old, new = request.form.get("old_password", ""), request.form.get("password", "")
    stolen = stolen_passwords(current_floor().settings.data_dir)
    faults = password_faults(new, known=[person.name, person.address], stolen=stolen)
    if not is_password(known.password_hash if known else None, old):
        faults = [FieldFault("old_password", "This is not your present password"), *faults]
    if faults:
        return _page(live, Invalid(fields=faults))
    hashed = hash_password(new)
    with db.writing() as session:
        set_password(session, live.account_id, hashed, now=now)
        end_sessions_of(session, live.account_id, now=now, but=live.id)
        revoke_grants_of(session, live.account_id, now=now)
    return _back("password")


@blueprint.post("/account/confirmation")
def send_confirmation() -> Response:
    """Send the confirming letter once more."""
    live, floor = _required(), current_floor()
    address = parse_address(_person(live).address)
    if address is not None:
        with floor.db.writing() as session:
            ask_confirmation(session, live.account_id, address, outbox=floor.outbox, now=clock.now())
    return _back("confirmation")


@blueprint.post("/account/sessions/end")
def end_one() -> Response:
    """Sign out one session of the person's own."""
    live, now = _required(), clock.now()
    wanted = parse_id(request.form.get("session", ""))
    with current_floor().db.writing() as session:
        own = {s.id for s in sessions_of(session, live.account_id, now=now)}
        if wanted in own and wanted is not None:
            end_session(session, wanted, now=now)
    return _back("sessions")


@blueprint.post("/account/sessions/end-all")
def end_all() -> Response:
    """Sign out everywhere, here too."""
    live, now = _required(), clock.now()
    with current_floor().db.writing() as session:
        end_sessions_of(session, live.account_id, now=now)
        revoke_grants_of(session, live.account_id, now=now)
    return drop_session(make_response(redirect(url_for("logout.done"), 303)))


@blueprint.post("/account/sites/withdraw")
def withdraw() -> Response:
    """Disconnect a site: its consent and its tokens end at once."""
    live, now = _required(), clock.now()
    with current_floor().db.writing() as session:
        withdraw_consent(session, live.account_id, request.form.get("site", ""), now=now)
    return _back("sites")


def _required() -> LiveSession:
    live = current_session()
    if live is None:
        raise Unauthenticated
    return live


def _person(live: LiveSession) -> Person:
    with current_floor().db.reading() as session:
        person = find_person(session, live.account_id)
    if person is None:
        raise Unauthenticated
    return person


def _back(done: str) -> Response:
    return make_response(redirect(url_for("account.show", done=done), 303))


def _page(live: LiveSession, fault: Invalid | None = None) -> Response:
    now: datetime = clock.now()
    person = _person(live)
    with current_floor().db.reading() as session:
        sessions = sessions_of(session, live.account_id, now=now)
        consents = consents_of(session, live.account_id)
        clients = find_clients(session, [c.client_id for c in consents])
    sites = [
        (c, clients[c.client_id].name_in(current_language()), scope_words(c.scope))
        for c in consents
        if c.client_id in clients
    ]
    page = render_template(
        "selfservice/account.html", person=person, live=live, fault=fault, sites=sites,
        sessions=[(s, browser_words(s.browser)) for s in sessions],
    )  # fmt: skip
    return make_response(page, fault.status if fault else 200)
