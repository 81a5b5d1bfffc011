"""What guards an account beside the password: passkeys, an app, codes on paper, remembered devices.

Every change asks for a recent sign-in, is noted in the log, and is told to the owner by letter. With
the first factor come ten codes on paper, so that a lost telephone locks nobody out; with the last one
they go, and so do the devices that were spared the question.
"""

from datetime import datetime
from uuid import UUID

from flask import Blueprint, Response, jsonify, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from idp.accounts import Person, find_person
from idp.factors import (
    add_totp,
    devices_of,
    draft_seed,
    enrolment_uri,
    find_app,
    forget_device,
    forget_factors,
    has_totp,
    in_groups,
    make_recovery_codes,
    read_draft,
    recovery_codes_left,
    remove_totp,
)
from idp.kernel.ground import clock
from idp.kernel.ground.faults import FieldFault, Invalid, NotFound, Unauthenticated
from idp.kernel.ground.ids import parse_id
from idp.kernel.web.floor import current_floor
from idp.kernel.web.limits import check_limit
from idp.kernel.web.surface import Surface, surface
from idp.passkeys import (
    Asked,
    Owner,
    RegisteredPasskey,
    add_passkey,
    creation_options,
    find_passkey,
    has_passkey,
    new_challenge,
    parse_name,
    party_of,
    passkeys_of,
    remove_passkey,
    rename_passkey,
)
from idp.sessions import (
    CODE,
    SEVERAL,
    LiveSession,
    NewSession,
    browser_secret,
    carry,
    current_session,
    ensure_browser,
    joined,
    plant_browser,
    strengthen_session,
)
from idp.settings import settings_of

from .pictures import qr_code
from .recent import ProofWanted, just_signed_in, signed_in
from .routes_proof import lead_to_proof
from .words import browser_words

CHANGES_AN_HOUR = "60/hour"

blueprint = surface(Blueprint("security", __name__), Surface.PAGE)
blueprint.register_error_handler(ProofWanted, lead_to_proof)


@blueprint.get("/account/security")
def show() -> Response:
    """Show what guards the account."""
    live = current_session()
    if live is None:
        return make_response(redirect(url_for("signin.show"), 303))
    return _page(live)


@blueprint.get("/account/security/app")
def show_app() -> Response:
    """Show a new seed to be taken into the app."""
    return _app_page(just_signed_in())


@blueprint.post("/account/security/app")
def add_app() -> Response:
    """Add the app that shows the right code, and give the codes for paper with the first factor."""
    live, floor, now = just_signed_in(), current_floor(), clock.now()
    check_limit("totp-add", CHANGES_AN_HOUR, str(live.account_id))
    draft = request.form.get("draft", "")
    seed = read_draft(floor.envelope, live.account_id, draft, now=now)
    if seed is None:
        return _app_page(live)
    with floor.db.writing() as session:
        code = request.form.get("code", "")
        if is_right := add_totp(session, live.account_id, seed, code, floor=floor, now=now):
            codes = _first_codes(session, live, now)
            made = strengthen_session(session, live, (CODE, SEVERAL), now=now)
    if not is_right:
        field = FieldFault("code", "This code does not fit. Take the one that the app shows now")
        return _app_page(live, Invalid(fields=[field]), kept=(seed, draft))
    return _carried(_after_adding(codes), made)


@blueprint.post("/account/security/app/remove")
def remove_app() -> Response:
    """Remove the app."""
    live, floor, now = just_signed_in(), current_floor(), clock.now()
    with floor.db.writing() as session:
        if has_totp(session, live.account_id):
            remove_totp(session, live.account_id, floor=floor, now=now)
            _forget_what_is_left(session, live.account_id)
    return _back("app")


@blueprint.post("/account/security/codes")
def make_codes() -> Response:
    """Make new codes for paper; the old ones are dead."""
    live, floor, now = just_signed_in(), current_floor(), clock.now()
    check_limit("recovery-codes", CHANGES_AN_HOUR, str(live.account_id))
    with floor.db.writing() as session:
        if not _has_factor(session, live.account_id):
            raise NotFound
        codes = make_recovery_codes(session, live.account_id, floor=floor, now=now)
    return _codes_page(codes)


@blueprint.post("/account/security/devices/forget")
def forget() -> Response:
    """Ask for the factor again in one of the person's browsers."""
    live, device = signed_in(), parse_id(request.form.get("device", ""))
    if device is not None:
        with current_floor().db.writing() as session:
            forget_device(session, live.account_id, device)
    return _back("device")


@blueprint.post("/account/security/passkeys/challenge")
def give_challenge() -> Response:
    """Give the browser what it asks a device that is to hold a new passkey."""
    live, floor = just_signed_in(), current_floor()
    check_limit("passkey-add", CHANGES_AN_HOUR, str(live.account_id))
    person = _person(live)
    with floor.db.writing() as session:
        asked = Asked("register", ensure_browser(), live.account_id)
        challenge = new_challenge(session, asked, now=clock.now())
        known = passkeys_of(session, live.account_id)
    owner = Owner(live.account_id, person.address, person.name)
    return plant_browser(jsonify(creation_options(party_of(settings_of(floor)), challenge, owner, known)))


@blueprint.post("/account/security/passkeys")
def add() -> Response:
    """Register the new passkey, and give the codes for paper with the first factor."""
    live, floor, now = just_signed_in(), current_floor(), clock.now()
    name = request.form.get("name", "") or browser_words(request.headers.get("User-Agent", ""))
    asked = Asked("register", browser_secret() or "", live.account_id)
    credential = request.form.get("credential", "")
    with floor.db.writing() as session:
        proof = add_passkey(session, asked, credential, parse_name(name), floor=floor, now=now)
        codes = _first_codes(session, live, now)
        made = strengthen_session(session, live, joined(proof.amr, (SEVERAL,)), now=now)
    return _carried(_after_adding(codes), made)


@blueprint.get("/account/security/passkeys/<passkey_id>")
def show_passkey(passkey_id: str) -> Response:
    """Show one passkey, to rename or remove it."""
    return _passkey_page(_own(signed_in(), passkey_id))


@blueprint.post("/account/security/passkeys/<passkey_id>/name")
def rename(passkey_id: str) -> Response:
    """Give a passkey another name."""
    passkey, now = _own(signed_in(), passkey_id), clock.now()
    try:
        with current_floor().db.writing() as session:
            rename_passkey(session, passkey, request.form.get("name", ""), now=now)
    except Invalid as fault:
        return _passkey_page(passkey, fault)
    return _back("name")


@blueprint.post("/account/security/passkeys/<passkey_id>/remove")
def remove(passkey_id: str) -> Response:
    """Remove a passkey."""
    live, floor, now = just_signed_in(), current_floor(), clock.now()
    passkey = _own(live, passkey_id)
    with floor.db.writing() as session:
        remove_passkey(session, passkey, floor=floor, now=now)
        _forget_what_is_left(session, live.account_id)
    return _back("passkey")


def _own(live: LiveSession, passkey_id: str) -> RegisteredPasskey:
    """Give one of the person's own passkeys; raises NotFound (spec C9.1)."""
    with current_floor().db.reading() as session:
        passkey = find_passkey(session, live.account_id, parse_id(passkey_id))
    if passkey is None:
        raise NotFound
    return passkey


def _has_factor(session: Session, account_id: UUID) -> bool:
    return has_totp(session, account_id) or has_passkey(session, account_id)


def _first_codes(session: Session, live: LiveSession, now: datetime) -> list[str]:
    """Give codes for paper to whom has none."""
    if recovery_codes_left(session, live.account_id):
        return []
    return make_recovery_codes(session, live.account_id, floor=current_floor(), now=now)


def _forget_what_is_left(session: Session, account_id: UUID) -> None:
    if not _has_factor(session, account_id):
        forget_factors(session, account_id)


def _person(live: LiveSession) -> Person:
    with current_floor().db.reading() as session:
        person = find_person(session, live.account_id)
    if person is None:
        raise Unauthenticated
    return person


def _carried(response: Response, made: NewSession | None) -> Response:
    if made is None:
        raise Unauthenticated
    return carry(response, made)


def _after_adding(codes: list[str]) -> Response:
    return _codes_page(codes) if codes else _back("added")


def _back(done: str) -> Response:
    return make_response(redirect(url_for("security.show", done=done), 303))


def _codes_page(codes: list[str]) -> Response:
    return make_response(render_template("selfservice/recovery_codes.html", codes=codes))


def _passkey_page(passkey: RegisteredPasskey, fault: Invalid | None = None) -> Response:
    page = render_template("selfservice/passkey.html", passkey=passkey, fault=fault)
    return make_response(page, fault.status if fault else 200)


def _app_page(
    live: LiveSession, fault: Invalid | None = None, kept: tuple[str, str] | None = None
) -> Response:
    floor, person = current_floor(), _person(live)
    seed, draft = kept or draft_seed(floor.envelope, live.account_id, now=clock.now())
    uri = enrolment_uri(seed, account=person.address, issuer="iGrajdanin")
    page = render_template(
        "selfservice/app.html", key=in_groups(seed).replace("-", " "), draft=draft, picture=qr_code(uri),
        uri=uri, fault=fault,
    )  # fmt: skip
    return make_response(page, fault.status if fault else 200)


def _page(live: LiveSession) -> Response:
    now = clock.now()
    with current_floor().db.reading() as session:
        devices = devices_of(session, live.account_id, now=now)
        shown = {
            "passkeys": passkeys_of(session, live.account_id),
            "app": find_app(session, live.account_id),
            "codes_left": recovery_codes_left(session, live.account_id),
            "devices": [(device, browser_words(device.browser)) for device in devices],
        }
    return make_response(render_template("selfservice/security.html", **shown))
