"""The staff's pages: the queue, one report, the steps taken with it.

Platform staff sees every report, those that nobody serves too; staff of a service sees its own, and
another service's looks like none (spec C9.1). Every step is a form that may be sent twice.
"""

from collections.abc import Collection
from typing import cast

from flask import Blueprint, Response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from idp.kernel.ground import clock
from idp.kernel.ground.faults import FieldFault, Invalid, NotFound
from idp.kernel.web.floor import current_floor
from idp.kernel.web.i18n import current_language
from idp.kernel.web.limits import check_limit
from widget_server.console.queries import names_for
from widget_server.console.routes_header import with_header
from widget_server.console.schemas import (
    Step,
    done_action,
    filter_of,
    filter_query,
    queue_cursor,
    report_number,
    service_of,
    step_of,
)
from widget_server.identity import NotStaff, Role, Staff, require_staff
from widget_server.problems import (
    Actor,
    ActorKind,
    ClockRules,
    DueCounter,
    ReportDetails,
    ReportFilter,
    State,
    act,
    assign,
    staff_report,
    staff_reports,
)
from widget_server.routing import authorities, current_desk
from widget_server.settings import settings_of

_UNSEEN_BY_SERVICES = frozenset({State.AWAITING_CONFIRMATION, State.UNSERVED})
_STEP_RATE = "60/minute"

blueprint = with_header(Blueprint("console", __name__))


@blueprint.get("/console")
def reports() -> str:
    """List the reports that the member of staff answers for, by deadline."""
    staff, floor, catalogue = require_staff(), current_floor(), current_desk().catalogue
    with floor.db.reading() as session:
        wanted = _wanted({own.card.code for own in authorities(session)} if _is_platform(staff) else set())
        page = staff_reports(
            session,
            wanted,
            service_code=_bound(staff),
            now=clock.now(),
            cursor=queue_cursor(request.args.get("cursor", "")),
        )
        mentioned = [staff.authority or "", *(row.service_code for row in page.rows)]
        names = names_for(session, catalogue, mentioned, language=current_language())
    return render_template(
        "console/reports.html",
        staff=staff,
        is_platform=_is_platform(staff),
        page=page,
        wanted=wanted,
        query=filter_query(wanted),
        names=names,
        is_first="cursor" not in request.args,
    )


@blueprint.get("/console/<number>")
def report(number: str) -> str:
    """Show one report with what can be done about it."""
    return _report_page(require_staff(), report_number(number))


@blueprint.post("/console/<number>/act")
def step(number: str) -> Response | tuple[str, int]:
    """Take a step with a report; a repeated identical one counts as done."""
    staff, number = require_staff(), report_number(number)
    check_limit("console", _STEP_RATE, staff.sub)
    try:
        chosen = step_of(request.form)
    except Invalid as fault:
        return _report_page(staff, number, fault=fault), 422
    _act(staff, number, chosen)
    return _back(number, chosen.action.value)


@blueprint.post("/console/<number>/assign")
def hand_over(number: str) -> Response | tuple[str, int]:
    """Hand a report that nobody serves to a service; platform staff only."""
    staff, number = require_staff(), report_number(number)
    if not _is_platform(staff):
        raise NotFound
    check_limit("console", _STEP_RATE, staff.sub)
    try:
        _assign(staff, number)
    except Invalid as fault:
        return _report_page(staff, number, fault=fault), 422
    return _back(number, "assign")


def _wanted(services: Collection[str]) -> ReportFilter:
    categories = {own.code for own in current_desk().catalogue.categories}
    return filter_of(request.args, request.args.getlist("state"), categories=categories, services=services)


def _act(staff: Staff, number: str, chosen: Step) -> None:
    floor, now = current_floor(), clock.now()
    with floor.db.reading() as session:
        _seen(session, staff, number)
    with floor.db.writing() as session:
        act(
            session,
            number,
            chosen.action,
            text=chosen.text,
            actor=_actor(staff),
            outbox=floor.outbox,
            now=now,
        )


def _assign(staff: Staff, number: str) -> None:
    floor, desk, now = current_floor(), current_desk(), clock.now()
    with floor.db.reading() as session:
        found = _seen(session, staff, number)
        service = service_of(request.form, {own.card.code for own in authorities(session)})
        pin = desk.at_pin(session, lon=found.lon, lat=found.lat, now=now, language=current_language())
    due = DueCounter(desk.calendars, region=pin.region, timezone=settings_of(floor).time_zone)
    with floor.db.writing() as session:
        assign(
            session,
            number,
            service_code=service,
            rules=_promise(found.row.category),
            count_due=due,
            actor=_actor(staff),
            outbox=floor.outbox,
            now=now,
        )


def _report_page(staff: Staff, number: str, *, fault: Invalid | None = None) -> str:
    catalogue = current_desk().catalogue
    with current_floor().db.reading() as session:
        found = _seen(session, staff, number)
        names = names_for(session, catalogue, [found.row.service_code], language=current_language())
    faults: dict[str, FieldFault] = {own.name: own for own in fault.fields} if fault else {}
    return render_template(
        "console/report.html",
        staff=staff,
        is_platform=_is_platform(staff),
        report=found,
        names=names,
        answers=names.answers(found.row.category, found.answers),
        faults=faults,
        text=request.form.get("text", ""),
        action=request.form.get("action", ""),
        done=done_action(request.args.get("done", "")),
    )


def _seen(session: Session, staff: Staff, number: str) -> ReportDetails:
    """Give a report that this member of staff may see; raises NotFound for any other."""
    bound = _bound(staff)
    found = staff_report(
        session, number, service_code=bound, capabilities=current_floor().capabilities, now=clock.now()
    )
    if bound is not None and found.row.state in _UNSEEN_BY_SERVICES:
        raise NotFound  # not delivered yet: the service knows nothing of it
    return found


def _promise(category_code: str) -> ClockRules:
    """Give the deadlines of a category, as the catalogue promises them."""
    category = current_desk().catalogue.category(category_code)
    if category is None:
        return ClockRules(None, None)
    fix = (category.fix.days, category.fix.kind) if category.fix else None
    return ClockRules((category.answer.days, category.answer.kind), fix)


def _actor(staff: Staff) -> Actor:
    kind = ActorKind.STAFF if _is_platform(staff) else ActorKind.SERVICE
    return Actor(kind, staff.sub, _bound(staff))


def _bound(staff: Staff) -> str | None:
    """Give the one service whose reports are seen; none for platform staff, who sees all."""
    if _is_platform(staff):
        return None
    if not staff.authority:  # never granted like that, and "" would mean the reports nobody serves
        raise NotStaff(sub=staff.sub)
    return staff.authority


def _is_platform(staff: Staff) -> bool:
    return staff.role is Role.PLATFORM


def _back(number: str, done: str) -> Response:
    return cast(Response, redirect(url_for("console.report", number=number, done=done), 303))
