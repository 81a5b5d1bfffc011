"""The second step: a code of the app, a code from paper, or a passkey.

It serves two who come: somebody who has passed the first step and is not signed in yet, and somebody
signed in whose site asks for more than a password proves (step-up, RFC 9470). Both are told apart by
what is stored, never by what is sent.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import Blueprint, Response, jsonify, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from idp.accounts import find_person
from idp.audit import Event, record
from idp.factors import (
    Kind,
    count_try,
    forgive_try,
    has_totp,
    recovery_codes_left,
    remember_device,
    tell_of_guessing,
    use_recovery_code,
    use_totp,
)
from idp.kernel.ground import clock
from idp.kernel.ground.faults import FieldFault, Invalid, TooMany
from idp.kernel.web.cookies import host_cookie, set_host_cookie
from idp.kernel.web.floor import current_floor
from idp.kernel.web.limits import check_limit, peer
from idp.kernel.web.surface import Surface, surface
from idp.passkeys import Asked, factor_options, has_passkey, new_challenge, party_of, passkeys_of, use_passkey
from idp.sessions import (
    CODE,
    SEVERAL,
    LiveSession,
    NewSession,
    browser_secret,
    carry,
    joined,
    prove_sign_in,
    session_in,
    sign_in_here,
    strengthen_session,
)
from idp.settings import settings_of

from .pending import Pending, Place, StepOver, find_pending, pass_factor
from .routes_chain import DEVICE_COOKIE, Chain, current_chain, go_on, has_factor

CHALLENGES_BY_PEER = "60/hour"
DEVICE_DAYS = 30
_WRONG_CODE = "This code does not fit. Look at the app: it shows another one every half minute"
_WRONG_PAPER = "This code does not fit, or it was used before"

blueprint = surface(Blueprint("factor", __name__), Surface.POPUP)


@dataclass(frozen=True)
class Step:
    """Who stands at the second step: after a password, or in a session that a site wants stronger."""

    chain: Chain
    account_id: UUID
    pending: Pending | None
    live: LiveSession | None


@dataclass(frozen=True)
class Way:
    """One kind of code: whose limits hold, its page, what checks it, what is said of a wrong one."""

    kind: Kind
    template: str
    check: Callable[..., bool]
    wrong: str


APP = Way("app", "signin/factor.html", use_totp, _WRONG_CODE)
PAPER = Way("paper", "signin/paper.html", use_recovery_code, _WRONG_PAPER)


class TooManyCodes(TooMany):
    """The limit of wrong codes is passed."""

    code = "too-many-codes"
    title = "Too many wrong codes"
    detail = "Wait a quarter of an hour and try again, or use a passkey."


@blueprint.get("/factor")
def show() -> Response:
    """Ask for the code of the app or the passkey, or lead back where nothing is missing."""
    chain = current_chain()
    step = _find_step(chain)
    return _page(step) if step else go_on(chain)


@blueprint.post("/factor")
def take_code() -> Response:
    """Check the code of the app."""
    return _take(_required_step(), APP)


@blueprint.get("/factor/paper")
def show_paper() -> Response:
    """Ask for a code from paper."""
    return _page(_required_step(), "signin/paper.html")


@blueprint.post("/factor/paper")
def take_paper() -> Response:
    """Use a code from paper up."""
    return _take(_required_step(), PAPER)


@blueprint.post("/factor/challenge")
def give_challenge() -> Response:
    """Give the browser what it asks a passkey."""
    step, floor = _required_step(), current_floor()
    check_limit("factor-challenge", CHALLENGES_BY_PEER, str(step.account_id), peer())
    with floor.db.writing() as session:
        challenge = new_challenge(session, _asked(step), now=clock.now())
        known = passkeys_of(session, step.account_id)
    return jsonify(factor_options(party_of(settings_of(floor)), challenge, known))


@blueprint.post("/factor/passkey")
def take_passkey() -> Response:
    """Check what the passkey says."""
    step, floor, now = _required_step(), current_floor(), clock.now()
    made = None
    with floor.db.writing() as session:
        proof = use_passkey(session, _asked(step), request.form.get("credential", ""), floor=floor, now=now)
        if proof is not None:
            made = _pass(session, step, proof.amr, now)
    if made is None:
        field = FieldFault("passkey", "The passkey was not accepted. Try again, or take another way")
        return _page(step, fault=Invalid(fields=[field]))
    return _go_on(step, made)


def _take(step: Step, way: Way) -> Response:
    made, device, wait = _try(step, way, request.form.get("code", ""), clock.now())
    if made is not None:
        return _with_device(_go_on(step, made), device)
    if wait is not None:
        return _page(step, way.template, TooManyCodes(retry_after_seconds=wait))
    return _page(step, way.template, Invalid(fields=[FieldFault("code", way.wrong)]))


def _try(step: Step, way: Way, code: str, now: datetime) -> tuple[NewSession | None, str | None, int | None]:
    """Use a code up where the limits allow it: (new session, secret of the device, seconds to wait)."""
    floor, account_id = current_floor(), step.account_id
    with floor.db.writing() as session:
        wait = count_try(session, account_id, peer(), way.kind, now=now)
        if wait is not None:
            tell_of_guessing(session, account_id, floor=floor, now=now)
            record(session, Event("signin.throttled", account_id), now=now)
            return None, None, wait
        if not way.check(session, account_id, code, floor=floor, now=now):
            record(session, Event("signin.factor_refused", account_id), now=now)
            return None, None, None
        forgive_try(session, account_id, peer(), way.kind, now=now)
        return _pass(session, step, (CODE,), now), _remember(session, step, now), None


def _pass(session: Session, step: Step, amr: tuple[str, ...], now: datetime) -> NewSession:
    """Sign the person in, or strengthen the session; the cookie changes in either case (spec C6.1)."""
    record(session, Event("signin.stepped_up", step.account_id, details={"amr": list(amr)}), now=now)
    if step.pending is None:
        made = strengthen_session(session, _live(step), joined(amr, (SEVERAL,)), now=now)
        if made is None:
            raise StepOver
        return made
    pass_factor(session, step.pending, now=now)
    if step.chain.visit:
        prove_sign_in(session, step.chain.visit, now=now)
    return sign_in_here(session, step.account_id, now=now, amr=joined(step.pending.amr, amr, (SEVERAL,)))


def _remember(session: Session, step: Step, now: datetime) -> str | None:
    """Remember this browser where the person wishes it."""
    if not request.form.get("remember"):
        return None
    browser, known = request.headers.get("User-Agent", ""), host_cookie(DEVICE_COOKIE)
    return remember_device(session, step.account_id, known_secret=known, browser=browser, now=now)


def _with_device(response: Response, secret: str | None) -> Response:
    if secret is not None:
        set_host_cookie(response, DEVICE_COOKIE, secret, max_age_seconds=DEVICE_DAYS * 24 * 3600)
    return response


def _go_on(step: Step, made: NewSession) -> Response:
    if step.pending is None and step.chain.visit is None:
        return carry(make_response(redirect(url_for("security.show"), 303)), made)
    return carry(go_on(step.chain), made)


def _required_step() -> Step:
    step = _find_step(current_chain())
    if step is None:
        raise StepOver
    return step


def _find_step(chain: Chain) -> Step | None:
    """Give who stands here; nothing for somebody from whom no factor is wanted."""
    now, browser = clock.now(), browser_secret()
    with current_floor().db.reading() as session:
        pending = find_pending(session, Place(browser, chain.visit_id), now=now) if browser else None
        if pending is not None:
            return Step(chain, pending.account_id, pending, None)
        live = session_in(session, now=now)
        if live is None or live.is_strong or not has_factor(session, live.account_id):
            return None
    return Step(chain, live.account_id, None, live)


def _live(step: Step) -> LiveSession:
    if step.live is None:
        raise StepOver
    return step.live


def _asked(step: Step) -> Asked:
    browser = browser_secret()
    if browser is None:
        raise StepOver
    return Asked("factor", browser, step.account_id)


def _page(
    step: Step, template: str = "signin/factor.html", fault: Invalid | TooMany | None = None
) -> Response:
    with current_floor().db.reading() as session:
        person = find_person(session, step.account_id)
        shown = {
            "has_app": has_totp(session, step.account_id),
            "has_passkey": has_passkey(session, step.account_id),
            "codes_left": recovery_codes_left(session, step.account_id),
        }
    page = render_template(template, step=step, chain=step.chain, person=person, fault=fault, **shown)
    response = make_response(page, fault.status if fault else 200)
    if fault and fault.retry_after_seconds:
        response.headers["Retry-After"] = str(fault.retry_after_seconds)
    return response
