"""On the way to what guards an account: the person shows once more that it is them.

By the password, or by a passkey that makes sure of its owner; the session's cookie changes with it
(spec C6.1).
"""

from datetime import datetime
from uuid import UUID

from flask import Blueprint, Response, jsonify, make_response, redirect, render_template, request, url_for

from idp.accounts import find_credentials_of, find_person, is_password
from idp.audit import Event, record
from idp.database import tables
from idp.kernel.ground import clock
from idp.kernel.ground.faults import FieldFault, Invalid, TooMany, Unauthenticated
from idp.kernel.web.floor import current_floor
from idp.kernel.web.limits import check_limit
from idp.kernel.web.surface import Surface, surface
from idp.passkeys import Asked, has_passkey, new_challenge, party_of, sign_in_options, use_passkey
from idp.sessions import (
    LiveSession,
    NewSession,
    browser_secret,
    carry,
    confirm_session,
    ensure_browser,
    plant_browser,
)
from idp.settings import settings_of

from .recent import Proof, ProofWanted, signed_in

PASSWORDS_AN_HOUR = 10
CHALLENGES = "60/hour"
_HOUR_SECONDS = 3600
_PAGES = {"app": "security.show_app"}
_GUARD = "security.confirm"

blueprint = surface(Blueprint("proof", __name__), Surface.PAGE)


def lead_to_proof(wanted: ProofWanted) -> Response:
    """Lead to the page where the wanted proof is given, and from there back to the one that was opened."""
    if wanted.proof is Proof.FACTOR:
        return make_response(redirect(url_for("factor.show"), 303))
    to = next((name for name, page in _PAGES.items() if page == request.endpoint), None)
    return make_response(redirect(url_for("proof.show", to=to), 303))


@blueprint.get("/account/security/confirm")
def show() -> Response:
    """Ask for the password once more, or for a passkey."""
    return _page(signed_in())


@blueprint.post("/account/security/confirm")
def take_password() -> Response:
    """Check the password once more."""
    live, now, db = signed_in(), clock.now(), current_floor().db
    _count_try(live.account_id, now)
    with db.reading() as session:
        known = find_credentials_of(session, live.account_id)
    if not is_password(known.password_hash if known else None, request.form.get("password", "")):
        with db.writing() as session:
            record(session, Event("account.password_refused", live.account_id), now=now)
        field = FieldFault("password", "This is not your present password")
        return _page(live, Invalid(fields=[field]))
    with db.writing() as session:
        key, window = str(live.account_id), _HOUR_SECONDS
        tables.guards.forgive(session, _GUARD, key, window_seconds=window, now=now)
        made = confirm_session(session, live, now=now)
    return _back(made)


@blueprint.post("/account/security/confirm/challenge")
def give_challenge() -> Response:
    """Give the browser what it asks a passkey."""
    live, floor = signed_in(), current_floor()
    check_limit("proof-challenge", CHALLENGES, str(live.account_id))
    with floor.db.writing() as session:
        challenge = new_challenge(session, Asked("sign-in", ensure_browser()), now=clock.now())
    return plant_browser(jsonify(sign_in_options(party_of(settings_of(floor)), challenge)))


@blueprint.post("/account/security/confirm/passkey")
def take_passkey() -> Response:
    """Check what the passkey says; somebody else's proves nothing here."""
    live, floor, now = signed_in(), current_floor(), clock.now()
    asked, said = Asked("sign-in", browser_secret() or ""), request.form.get("credential", "")
    made = None
    with floor.db.writing() as session:
        proof = use_passkey(session, asked, said, floor=floor, now=now)
        if proof is not None and proof.account_id == live.account_id:
            made = confirm_session(session, live, now=now)
    if made is None:
        field = FieldFault("passkey", "The passkey was not accepted. Try again, or take another way")
        return _page(live, Invalid(fields=[field]))
    return _back(made)


def _count_try(account_id: UUID, now: datetime) -> None:
    """Count a try in the database, where it holds on every process; raises TooMany."""
    with current_floor().db.writing() as session:
        window = _HOUR_SECONDS
        tries = tables.guards.hit(session, _GUARD, str(account_id), window_seconds=window, now=now)
    if tries > PASSWORDS_AN_HOUR:
        raise TooMany(retry_after_seconds=window - int(now.timestamp()) % window)


def _back(made: NewSession | None) -> Response:
    if made is None:
        raise Unauthenticated
    page = _PAGES.get(request.form.get("to", ""), "security.show")
    return carry(make_response(redirect(url_for(page), 303)), made)


def _page(live: LiveSession, fault: Invalid | None = None) -> Response:
    with current_floor().db.reading() as session:
        person = find_person(session, live.account_id)
        holds_passkey = has_passkey(session, live.account_id)
    if person is None:
        raise Unauthenticated
    page = render_template(
        "selfservice/confirm.html", person=person, has_passkey=holds_passkey, fault=fault,
        to=request.values.get("to", ""),
    )  # fmt: skip
    return make_response(page, fault.status if fault else 200)
