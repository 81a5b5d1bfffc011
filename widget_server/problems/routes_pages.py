"""Pages behind links: a problem's public page, a guest's confirmation, a service's door to one report.

The two secret links act only by POST: mail scanners open every link they see. No cookies here; the
capability is the authorisation, and the request's own origin is checked.
"""

import sqlalchemy as sa
from flask import Blueprint, redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from idp.kernel.ground import clock
from idp.kernel.ground.faults import FieldFault, Gone, Invalid, NotFound
from idp.kernel.ground.ids import UUID, parse_id
from idp.kernel.ground.text import clean_text
from idp.kernel.web.floor import current_floor
from idp.kernel.web.limits import check_limit, peer
from idp.kernel.web.origins import require_own_origin
from idp.kernel.web.surface import Surface, surface
from widget_server.routing import authority_by_code, current_desk
from widget_server.settings import settings_of

from . import links, service
from .commands import Actor
from .due import DueCounter
from .models import Problem
from .queries import ReportDetails, public_report, report_by_link
from .schemas import check_words
from .states import Action, ActorKind
from .words import ACTION_WORDS, BADGE_WORDS, LEVEL_WORDS, STATE_WORDS

_SERVICE_ACTIONS = frozenset({Action.TAKE, Action.ANSWER, Action.FIX, Action.REFUSE})

blueprint = surface(Blueprint("problems", __name__), Surface.CAPABILITY)


class LinkNotValid(Gone):
    """The service's link was revoked, or its time is over."""

    code = "service-link-expired"
    title = "This link is no longer valid"
    detail = (
        "The report was answered long ago or handed to another service. Sign in to the console to see it."
    )


@blueprint.before_request
def _own_origin_only() -> None:
    if request.method == "POST":
        require_own_origin()
        check_limit("capability", "60/minute", peer())


@blueprint.app_context_processor
def _words() -> dict[str, object]:
    return {
        "state_words": STATE_WORDS,
        "badge_words": BADGE_WORDS,
        "action_words": ACTION_WORDS,
        "level_words": LEVEL_WORDS,
    }


@blueprint.get("/p/<number>")
def status(number: str) -> str:
    """Show a problem to anybody: no personal data; of a private one only how it stands."""
    floor = current_floor()
    with floor.db.reading() as session:
        found = public_report(session, number, capabilities=floor.capabilities, now=clock.now())
        named = _naming(session, found)
    return render_template("problems/status.html", report=found, **named)


@blueprint.get("/confirm/<reporter>/<token>")
def confirmation(reporter: str, token: str) -> str:
    """Show the button that confirms a guest's e-mail."""
    _confirming(reporter, token)
    return render_template("problems/confirm.html")


@blueprint.post("/confirm/<reporter>/<token>")
def confirm(reporter: str, token: str) -> Response:
    """Confirm the e-mail, send the report, and show how it stands."""
    reporter_id, floor = _confirming(reporter, token), current_floor()
    with floor.db.writing() as session:
        receipt = service.confirm(
            session,
            reporter_id,
            count_due=_due_counter(session, reporter_id),
            outbox=floor.outbox,
            now=clock.now(),
        )
    return redirect(url_for("problems.status", number=receipt.number, confirmed=1), 303)


@blueprint.get("/s/<link>/<token>")
def service_door(link: str, token: str) -> str:
    """Show a report to its service."""
    floor, link_id = current_floor(), _opening(link, token)
    with floor.db.reading() as session:
        found = _valid_report(session, link_id)
        named = _naming(session, found)
    return render_template("problems/service.html", report=found, text="", faults={}, **named)


@blueprint.post("/s/<link>/<token>")
def service_acts(link: str, token: str) -> Response | tuple[str, int]:
    """Take the service's step: into work, answer, fixed, refused; nothing typed is lost by a mistake."""
    floor, link_id = current_floor(), _opening(link, token)
    text, action = clean_text(request.form.get("text", "")), request.form.get("action", "")
    try:
        _act(link_id, action, text)
    except Invalid as fault:
        with floor.db.reading() as session:
            found = _valid_report(session, link_id)
            named = _naming(session, found)
        faults = {f.name: f for f in fault.fields}
        return render_template("problems/service.html", report=found, text=text, faults=faults, **named), 422
    return redirect(url_for("problems.service_door", link=link, token=token, done=action), 303)


def _act(link_id: UUID, action: str, text: str) -> None:
    floor = current_floor()
    if action not in _SERVICE_ACTIONS:
        raise Invalid(fields=[FieldFault("action", "Choose what to do with the report")])
    if action != Action.TAKE:
        check_words(text)
    with floor.db.writing() as session:
        row = _valid_report(session, link_id).row
        actor = Actor(ActorKind.SERVICE, service_code=row.service_code)
        words = "" if action == Action.TAKE else text
        service.act(
            session, row.number, Action(action), text=words, actor=actor, outbox=floor.outbox, now=clock.now()
        )


def _confirming(reporter: str, token: str) -> UUID:
    reporter_id = parse_id(reporter)
    if reporter_id is None or not links.fits_confirm(current_floor().capabilities, reporter_id, token):
        raise NotFound
    return reporter_id


def _opening(link: str, token: str) -> UUID:
    link_id = parse_id(link)
    if link_id is None or not links.fits_service(current_floor().capabilities, link_id, token):
        raise NotFound
    return link_id


def _valid_report(session: Session, link_id: UUID) -> ReportDetails:
    """Give the report a link opens; raises LinkNotValid when it was revoked, handed on, or is too old."""
    now = clock.now()
    found, link = report_by_link(session, link_id, capabilities=current_floor().capabilities, now=now)
    if link.revoked_at or link.valid_until < now or link.service_code != found.row.service_code:
        raise LinkNotValid
    return found


def _due_counter(session: Session, reporter_id: UUID) -> DueCounter:
    region = session.scalar(sa.select(Problem.region).where(Problem.reporter_id == reporter_id)) or ""
    zone = settings_of(current_floor()).time_zone
    return DueCounter(current_desk().calendars, region=region, timezone=zone)


def _naming(session: Session, found: ReportDetails) -> dict[str, object]:
    """Give the names that a page shows for the report's codes."""
    contact = authority_by_code(session, found.row.service_code) if found.row.service_code else None
    return {"category": current_desk().catalogue.category(found.row.category), "service": contact}
