"""The authorization endpoint and the place where its visits come back to.

A foreign POST is only a request: it is parked and goes on with a GET, because it brings none of our
cookies (SameSite=Lax) and must never count as a decision (spec E14). Silent sign-on is one commit.
"""

from uuid import UUID

from flask import Blueprint, Response, make_response, render_template, request, url_for
from sqlalchemy.orm import Session

from idp.accounts import answered_level, find_person
from idp.clients import find_client, form_action_source
from idp.consent import consented_scope
from idp.factors import has_totp
from idp.grants import Approval, issue_code
from idp.kernel.ground import clock
from idp.kernel.ground.ids import parse_id
from idp.kernel.web.floor import current_floor
from idp.kernel.web.surface import Surface, allow_source, surface
from idp.keys import current_ring
from idp.passkeys import has_passkey
from idp.sessions import (
    AuthorizationRequest,
    ParkedVisit,
    bind,
    ensure_browser,
    find_visit,
    finish,
    is_unbound,
    park,
    plant_browser,
    see_session,
    session_in,
)
from idp.settings import settings_of
from idp.tokens import subject_for

from .answers import Answer, refusal, success
from .draft import ClientUnknown, RequestRefused, World
from .interaction import Need, Situation, next_need
from .pipeline import check_again, check_request
from .pushed import use_up
from .request_objects import unfold

blueprint = surface(Blueprint("authorize", __name__), Surface.POPUP)
_PAGES = {
    Need.LOGIN: "signin.show",
    Need.REGISTRATION: "signin.show_registration",
    Need.CHOICE: "choice.show",
    Need.CONFIRMATION: "steps.show_confirmation",
    Need.FACTOR: "factor.show",
    Need.ENROLMENT: "steps.show_enrolment",
    Need.CONSENT: "consent.ask",
}


@blueprint.get("/authorize")
def ask() -> Response:
    """Take a request by GET: answer at once where nothing is missing, else park it."""
    floor = current_floor()
    unfolded = unfold(floor, dict(request.args.lists()), now=clock.now())
    with floor.db.reading() as session:
        asked = check_request(unfolded, _world(session), endpoint="get")
        at = _situation(session, asked, None)
    return _dispatch(at)


@blueprint.post("/authorize")
def ask_by_post() -> Response:
    """Take a request by POST, park it and go on with a GET."""
    floor = current_floor()
    unfolded = unfold(floor, dict(request.form.lists()), now=clock.now())
    with floor.db.reading() as session:
        asked = check_request(unfolded, _world(session), endpoint="post")
    with floor.db.writing() as session:
        visit_id = park(session, asked, browser=None, now=clock.now())
    return _go(url_for("authorize.resume", visit=visit_id))


@blueprint.get("/authorize/resume")
def resume() -> Response:
    """Go on with a parked request."""
    db, visit_id, browser = current_floor().db, parse_id(request.args.get("visit", "")), ensure_browser()
    visit = _find_or_bind(visit_id, browser)
    with db.reading() as session:
        check_again(visit.request, _world(session))
        at = _situation(session, visit.request, visit)
    return _dispatch(at)


@blueprint.errorhandler(RequestRefused)
def _refuse(refused: RequestRefused) -> Response:
    return _deliver(refusal(refused, issuer=settings_of(current_floor()).issuer))


@blueprint.after_request
def _plant(response: Response) -> Response:
    return plant_browser(response)


def _world(session: Session) -> World:
    return World(session, current_ring(), settings_of(current_floor()), clock.now())


def _find_or_bind(visit_id: UUID | None, browser: str) -> ParkedVisit:
    """Give this browser's visit; one that came by a foreign POST has no browser yet and gets this one."""
    db, now = current_floor().db, clock.now()
    with db.reading() as session:
        is_free = visit_id is not None and is_unbound(session, visit_id)
    if is_free and visit_id is not None:
        with db.writing() as session:
            bind(session, visit_id, browser=browser)
    with db.reading() as session:
        return find_visit(session, visit_id, browser=browser, now=now)


def _situation(session: Session, asked: AuthorizationRequest, visit: ParkedVisit | None) -> Situation:
    now = clock.now()
    live = session_in(session, now=now)
    person = find_person(session, live.account_id) if live else None
    client = find_client(session, asked.client_id)
    if client is None:
        raise ClientUnknown
    consented = consented_scope(session, person.id, client.id) if person else frozenset()
    is_guarded = person is not None and bool(asked.acr_values) and _has_factor(session, person.id)
    told_sub = subject_for(client, person.id) if person and asked.hinted_sub else ""
    return Situation(asked, client, visit, live, person, consented, now, is_guarded, told_sub)


def _has_factor(session: Session, account_id: UUID) -> bool:
    return has_totp(session, account_id) or has_passkey(session, account_id)


def _dispatch(at: Situation) -> Response:
    if at.was_denied:
        raise _close(at, "access_denied", "the person said no")
    need = next_need(at)
    if need is None:
        return _answer_with_code(at)
    is_futile = need is Need.OTHER_ACCOUNT or (need is Need.LOGIN and at.has_just_signed_in)
    if "none" in at.request.prompt or is_futile:
        raise _close(at, need.error, "this cannot be done without the person")
    return _go(url_for(_PAGES[need], visit=at.visit.id if at.visit else _park(at)))


def _park(at: Situation) -> UUID:
    with current_floor().db.writing() as session:
        return park(session, at.request, browser=ensure_browser(), now=at.now)


def _close(at: Situation, error: str, description: str) -> RequestRefused:
    if at.visit or at.request.pushed:
        with current_floor().db.writing() as session:
            _use_up(session, at)
    return _refused(at, error, description)


def _refused(at: Situation, error: str, description: str) -> RequestRefused:
    asked = at.request
    return RequestRefused(error, description, asked.redirect_uri, asked.state, asked.response_mode)


def _answer_with_code(at: Situation) -> Response:
    floor = current_floor()
    if at.live is None or at.person is None:
        raise ClientUnknown
    with floor.db.writing() as session:
        if not _use_up(session, at):
            raise _refused(at, "invalid_request_uri", "this request has been answered")
        see_session(session, at.live.id, now=at.now)
        acr = answered_level(at.told_level, at.request.acr_values)
        code = issue_code(session, Approval(at.request, at.live, acr), now=at.now)
    return _deliver(success(at.request, code, issuer=settings_of(floor).issuer))


def _use_up(session: Session, at: Situation) -> bool:
    """Close the visit and use up the client's pushed request; false when that was answered before."""
    if at.visit:
        finish(session, at.visit, now=at.now)
    return at.request.pushed is None or use_up(session, at.request.pushed, now=at.now)


def _deliver(answer: Answer) -> Response:
    """Send the browser to the client, by redirect or with a form that posts itself."""
    if answer.response_mode != "form_post":
        return _go(answer.url)
    allow_source("form-action", form_action_source(answer.redirect_uri))
    return make_response(render_template("authorize/form_post.html", answer=answer))


def _go(url: str) -> Response:
    """Redirect by 303, so that no form is ever repeated at the next stop (RFC 9700 §4.12)."""
    response = make_response("", 303)
    response.headers["Location"] = url
    return response
