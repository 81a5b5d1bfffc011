"""Codes that people type: to confirm an address, and to choose a new password.

Asking for a new password says the same whether somebody is meant or not: the same page, with a
field for a code that comes or does not come (spec C6.10). A code belongs to the browser that asked
for it, or to the account that is signed in; wrong ones are counted where the code is kept.
"""

from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from idp.accounts import (
    Link,
    TypedCode,
    ask_confirmation,
    ask_reset,
    confirm_by_code,
    count_message,
    hash_password,
    parse_address,
    pending_links,
    reset_by_code,
    stolen_passwords,
)
from idp.kernel.ground import clock
from idp.kernel.ground.faults import FieldFault, Invalid, TooMany
from idp.kernel.ground.ids import parse_id
from idp.kernel.web.floor import current_floor
from idp.kernel.web.limits import check_limit, peer
from idp.kernel.web.surface import Surface, surface
from idp.sessions import LiveSession, browser_secret, current_session, ensure_browser, plant_browser

from .routes_chain import Chain, current_chain, end_everything, go_on, sign_in_and_go_on, way_on
from .schemas import parse_code, parse_new_password

RESETS_BY_PEER = "20/hour"
CODES_BY_PEER = "60/hour"
_WRONG_CODE = "This code is wrong or its time is over. Look at the newest message, or ask for another code"

blueprint = surface(Blueprint("codes", __name__), Surface.POPUP)


@blueprint.get("/reset")
def show_reset_request() -> str:
    """Ask for the address of the account."""
    return render_template("signin/reset.html", chain=current_chain(), fault=None)


@blueprint.post("/reset")
def take_reset_request() -> Response:
    """Leave the wish for the worker; the answer is the same for every address."""
    chain = current_chain()
    address = parse_address(request.form.get("login", ""))
    if address is None:
        field = FieldFault("login", "Enter an e-mail address or a mobile number")
        page = render_template("signin/reset.html", chain=chain, fault=Invalid(fields=[field]))
        return make_response(page, 422)
    check_limit("reset", RESETS_BY_PEER, peer())
    floor, now, browser = current_floor(), clock.now(), ensure_browser()
    with floor.db.writing() as session:
        count_message(session, address, peer(), now=now)
        link_id = ask_reset(session, address, browser=browser, outbox=floor.outbox, now=now)
    return plant_browser(_reset_page(chain, link_id))


@blueprint.post("/reset/code")
def take_reset_code() -> Response:
    """Set the new password by the code, end every other session and token, and sign in here."""
    chain, now, floor = current_chain(), clock.now(), current_floor()
    link_id, browser = parse_id(request.form.get("link", "")), browser_secret() or ""
    try:
        check_limit("reset-code", CODES_BY_PEER, peer())
        stolen = stolen_passwords(floor.settings.data_dir)
        hashed = hash_password(parse_new_password(request.form, stolen=stolen))
    except (Invalid, TooMany) as fault:
        return _reset_page(chain, link_id, fault)
    typed = TypedCode(link_id, parse_code(request.form), browser=browser)
    with floor.db.writing() as session:
        account_id = reset_by_code(session, typed, hashed, secret_key=_key(), now=now)
        if account_id is not None:
            end_everything(session, account_id, now=now)
    if account_id is None:
        return _reset_page(chain, link_id, Invalid(fields=[FieldFault("code", _WRONG_CODE)]))
    return sign_in_and_go_on(chain, account_id)


@blueprint.get("/confirm")
def show_code() -> Response:
    """Ask for the code of the address that waits longest to be confirmed; without one, go on."""
    chain, live = current_chain(), current_session()
    waiting = _waiting(live)
    return _code_page(chain, waiting) if waiting else go_on(chain)


@blueprint.post("/confirm")
def take_code() -> Response:
    """Confirm the address by the code and go on."""
    chain, live, now, floor = current_chain(), current_session(), clock.now(), current_floor()
    waiting = _waiting(live)
    if live is None or waiting is None:
        return go_on(chain)
    check_limit("confirm-code", CODES_BY_PEER, str(live.account_id))
    typed = TypedCode(waiting.id, parse_code(request.form), account_id=live.account_id)
    with floor.db.writing() as session:
        is_right = confirm_by_code(session, typed, secret_key=_key(), outbox=floor.outbox, now=now)
    if not is_right:
        return _code_page(chain, waiting, Invalid(fields=[FieldFault("code", _WRONG_CODE)]))
    return go_on(chain)


@blueprint.post("/confirm/again")
def send_again() -> Response:
    """Send another code to the address that waits."""
    chain, live, now, floor = current_chain(), current_session(), clock.now(), current_floor()
    waiting = _waiting(live)
    if live is not None and waiting is not None:
        with floor.db.writing() as session:
            count_message(session, waiting.address, peer(), now=now)
            ask_confirmation(session, live.account_id, waiting.address, outbox=floor.outbox, now=now)
    return make_response(redirect(url_for("codes.show_code", visit=chain.visit_id, again=1), 303))


def _waiting(live: LiveSession | None) -> Link | None:
    """Give the newest address of the person's own that is yet to be confirmed."""
    if live is None:
        return None
    with current_floor().db.reading() as session:
        return next(iter(pending_links(session, live.account_id, now=clock.now())), None)


def _code_page(chain: Chain, waiting: Link, fault: Invalid | None = None) -> Response:
    page = render_template(
        "signin/code.html", chain=chain, address=waiting.address, fault=fault, later=way_on(chain)
    )
    return make_response(page, fault.status if fault else 200)


def _reset_page(chain: Chain, link_id: UUID | None, fault: Invalid | TooMany | None = None) -> Response:
    page = render_template("signin/reset_sent.html", chain=chain, link_id=link_id, fault=fault)
    return make_response(page, fault.status if fault else 200)


def _key() -> str:
    return current_floor().settings.secret_key.get_secret_value()
