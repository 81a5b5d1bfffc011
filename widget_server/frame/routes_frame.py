"""The way through the widget: first step, the steps of a draft, sending, receipt."""

from dataclasses import replace
from typing import Any

from flask import redirect, render_template, request, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from idp.kernel.ground import clock
from idp.kernel.ground.faults import FieldFault, Invalid, NotFound
from idp.kernel.ground.ids import new_secret
from idp.kernel.ground.settings import LANGUAGES
from idp.kernel.ground.text import clean_line
from idp.kernel.web.floor import current_floor
from idp.kernel.web.i18n import current_language
from idp.kernel.web.limits import check_limit, peer
from widget_server.partners import HostConfig
from widget_server.problems import (
    DueCounter,
    Nearby,
    ReportFields,
    finish_draft,
    lock_unsent,
    nearby,
    public_report,
    put_aside,
    receipt_of,
    receivers_of,
    report,
    report_command,
    start_draft,
    take_step,
)
from widget_server.routing import PinAnswer, authority_by_code, current_desk
from widget_server.settings import settings_of
from widget_server.territories import FoundPlace, Gazetteer

from .forms import read_step
from .routes_doors import blueprint, form_token, read_form_token
from .routes_photos import take_photos
from .routes_visits import THEMES, Visit, consents_asked, find_visit, pin_of, surrounding_origin, welcome
from .steps import BY_NAME, STEPS, Progress, Step, after, before, first_unfinished, is_reachable
from .tokens import FormToken

Answer = Response | str | tuple[str, int]
_FIRST = STEPS[0]
_STAY = frozenset({"find", "search", "upload"})


@blueprint.get("/w/<key>")
def begin(key: str) -> str:
    """Show the first step; nothing is stored until it is answered."""
    with current_floor().db.reading() as session:
        host = welcome(session, key)
    return _show_first(host, ReportFields(), new_secret(24), surrounding_origin(host))


@blueprint.post("/w/<key>/start")
def start(key: str) -> Answer:
    """Take the first step and begin a draft behind the secret that the form carried."""
    floor = current_floor()
    with floor.db.reading() as session:
        host = welcome(session, key)
        token = read_form_token(host.key, draft=None)
        entered = read_step("place", request.form, ReportFields())
        places = _found_places(session, host, entered)
        faults = [] if places else _FIRST.check(_progress_at(session, entered))
    if places or faults or request.form.get("action") == "find":
        status = 422 if faults else 200
        return _show_first(host, entered, token.draft, token.origin, faults=faults, places=places), status
    with floor.db.writing() as session:
        _start_or_change(session, host, token.draft, token.origin, entered)
    return _to_step(key, token.draft, after(_FIRST))


@blueprint.get("/w/<key>/d/<secret>/<step_name>")
def show(key: str, secret: str, step_name: str) -> Answer:
    """Show a step of a draft, or lead to the first one that is not in order yet."""
    step = BY_NAME.get(step_name)
    if step is None:
        raise NotFound
    with current_floor().db.reading() as session:
        visit = find_visit(session, key, secret)
    if visit.draft.problem_id is not None:
        return redirect(url_for(".receipt", key=key, secret=secret), 303)
    if not is_reachable(step, visit.progress):
        return _to_step(key, secret, first_unfinished(visit.progress))
    return _show(visit, step)


@blueprint.post("/w/<key>/d/<secret>/<step_name>")
def take(key: str, secret: str, step_name: str) -> Answer:
    """Take one step: a mistake shows the form again with all that was entered; a double tap does no harm."""
    step, floor = BY_NAME.get(step_name), current_floor()
    if step is None:
        raise NotFound
    with floor.db.reading() as session:
        visit = find_visit(session, key, secret)
        token = read_form_token(visit.host.key, draft=secret)
        entered = read_step(step.name, request.form, visit.draft.fields)
        places = _found_places(session, visit.host, entered) if step.name == "place" else ()
        pin = pin_of(session, entered.lon, entered.lat, clock.now())
    if visit.draft.problem_id is not None:
        return redirect(url_for(".receipt", key=key, secret=secret), 303)
    if step.name == "check":
        return _send(visit, token)
    faults = take_photos(visit.draft.id) if step.name == "photos" else []
    with floor.db.reading() as session:
        changed = _with(find_visit(session, key, secret), entered, pin)
    if not is_reachable(step, changed.progress):
        return _lead_back(changed)
    if places or faults or request.form.get("action") in _STAY or request.form.get("remove"):
        return _stay(changed, step, faults, places)
    faults = step.check(changed.progress)
    if faults:
        return _stay(changed, step, faults, ())
    with floor.db.writing() as session:
        take_step(session, visit.draft, entered, revision=token.revision, now=clock.now())
    return _to_step(key, secret, after(step))


@blueprint.get("/w/<key>/d/<secret>/receipt")
def receipt(key: str, secret: str) -> Answer:
    """Show what the reporter has in hand: number, who has it, until when, what can be done now."""
    with current_floor().db.reading() as session:
        visit = find_visit(session, key, secret)
        if visit.draft.problem_id is None:
            return _to_step(key, secret, first_unfinished(visit.progress))
        found = receipt_of(session, visit.draft.problem_id)
        details = public_report(
            session, found.number, capabilities=current_floor().capabilities, now=clock.now()
        )
        code = details.row.service_code
        contact = authority_by_code(session, code) if code else None
    return render_template(
        "frame/receipt.html",
        visit=visit,
        host=visit.host,
        receipt=found,
        report=details,
        service=contact.card.name.in_language(current_language()) if contact else "",
        status_url=current_floor().settings.public_url + details.status_path,
    )


def _send(visit: Visit, token: FormToken) -> Answer:
    """Send the report once: whoever comes second is led to the same receipt."""
    check_limit("send", "30/hour", peer())
    floor, draft, now = current_floor(), visit.draft, clock.now()
    try:
        command = report_command(
            draft.fields,
            pin=visit.pin,
            partner_id=visit.host.partner_id,
            origin=draft.origin,
            language=current_language(),
            asked=consents_asked(visit.receiver),
            photo_owner=draft.id,
            photo_count=len(visit.photos),
        )
    except Invalid:
        return _to_step(visit.host.key, visit.secret, first_unfinished(visit.progress))
    region = visit.pin.region if visit.pin else ""
    zone = visit.pin.timezone if visit.pin else settings_of(floor).time_zone
    count_due = DueCounter(current_desk().calendars, region=region, timezone=zone)
    with floor.db.writing() as session:
        if lock_unsent(session, draft, revision=token.revision):
            done = report(session, command, count_due=count_due, outbox=floor.outbox, now=now)
            finish_draft(session, draft, done.problem_id, now=now)
    return redirect(url_for(".receipt", key=visit.host.key, secret=visit.secret), 303)


def _start_or_change(
    session: Session, host: HostConfig, secret: str, origin: str, entered: ReportFields
) -> None:
    """Begin the draft; when the browser went back to the first form, change the place of the one begun."""
    now = clock.now()
    start_draft(
        session,
        secret,
        entered,
        partner_id=host.partner_id,
        origin=origin,
        language=current_language(),
        now=now,
    )
    begun = find_visit(session, host.key, secret).draft
    place = replace(begun.fields, lon=entered.lon, lat=entered.lat, address=entered.address)
    if place != begun.fields:
        put_aside(session, begun, place, now=now)


def _stay(visit: Visit, step: Step, faults: list[FieldFault], places: tuple[FoundPlace, ...]) -> Answer:
    """Show the step again; what was entered is kept in the draft too, so that a reload loses nothing."""
    with current_floor().db.writing() as session:
        put_aside(session, visit.draft, visit.draft.fields, now=clock.now())
    if step.name == "photos" and not faults:
        return _to_step(visit.host.key, visit.secret, step)
    return _show(visit, step, faults=faults, places=places), 422 if faults else 200


def _lead_back(visit: Visit) -> Response:
    """Keep what was entered at a step that is not open yet, and lead to the one that is missing."""
    with current_floor().db.writing() as session:
        put_aside(session, visit.draft, visit.draft.fields, now=clock.now())
    return _to_step(visit.host.key, visit.secret, first_unfinished(visit.progress))


def _found_places(session: Session, host: HostConfig, entered: ReportFields) -> tuple[FoundPlace, ...]:
    """Give the places an address may mean when neither the map nor coordinates say where it is."""
    is_searching = request.form.get("action") == "find"
    if not entered.address or (entered.lon is not None and not is_searching):
        return ()
    return Gazetteer(session).search(entered.address, near=(host.lon, host.lat))


def _progress_at(session: Session, entered: ReportFields) -> Progress:
    return Progress(entered, pin_of(session, entered.lon, entered.lat, clock.now()), 0)


def _with(visit: Visit, entered: ReportFields, pin: PinAnswer | None) -> Visit:
    return replace(visit, draft=replace(visit.draft, fields=entered), pin=pin)


def _to_step(key: str, secret: str, step: Step) -> Response:
    return redirect(url_for(".show", key=key, secret=secret, step_name=step.name, **_kept_query()), 303)


def _kept_query() -> dict[str, Any]:
    known = {"lang": LANGUAGES, "theme": THEMES}
    return {name: request.args[name] for name, words in known.items() if request.args.get(name) in words}


def _show_first(
    host: HostConfig,
    entered: ReportFields,
    secret: str,
    origin: str,
    *,
    faults: list[FieldFault] | None = None,
    places: tuple[FoundPlace, ...] = (),
) -> str:
    return render_template(
        "frame/place.html",
        host=host,
        step=_FIRST,
        steps=STEPS,
        position=1,
        entered=entered,
        faults=faults or [],
        places=places,
        searched=request.form.get("action") == "find",
        action=url_for(".start", key=host.key, **_kept_query()),
        back=None,
        token=form_token(host.key, secret, 0, origin),
        settings=settings_of(current_floor()),
    )


def _show(
    visit: Visit, step: Step, *, faults: list[FieldFault] | None = None, places: tuple[FoundPlace, ...] = ()
) -> str:
    key, secret, previous = visit.host.key, visit.secret, before(step)
    query = request.form.get("q", "") if request.form.get("action") == "search" else ""
    return render_template(
        f"frame/{step.name}.html",
        host=visit.host,
        visit=visit,
        step=step,
        steps=STEPS,
        position=STEPS.index(step) + 1,
        entered=visit.draft.fields,
        faults=faults or [],
        places=places,
        searched=request.form.get("action") == "find",
        query=query,
        matches=_matches(query),
        consents=consents_asked(visit.receiver),
        action=url_for(".take", key=key, secret=secret, step_name=step.name, **_kept_query()),
        back=url_for(".show", key=key, secret=secret, step_name=previous.name, **_kept_query())
        if previous
        else None,
        token=form_token(key, secret, visit.draft.revision, visit.draft.origin),
        settings=settings_of(current_floor()),
        search_words=current_desk().catalogue.search_words(current_language()),
        receivers_here=receivers_of(visit.draft.fields, visit.chosen) if visit.chosen else (),
        nearby=_nearby(visit) if step.name == "details" else (),
    )


def _nearby(visit: Visit) -> tuple[Nearby, ...]:
    """Give what was reported near the pin about the same: perhaps the person needs to write nothing."""
    card, pin = visit.chosen.card if visit.chosen else None, visit.pin
    if card is None or pin is None or card.visibility != "public":
        return ()
    floor = current_floor()
    with floor.db.reading() as session:
        return nearby(
            session,
            lon=pin.lon,
            lat=pin.lat,
            radius_by_category={card.code: card.nearby_radius_m},
            capabilities=floor.capabilities,
            now=clock.now(),
            most=3,
        )


def _matches(query: str) -> tuple[str, ...]:
    """Give the codes of the categories that the typed words mean."""
    words = clean_line(query)[:100]
    if not words:
        return ()
    return tuple(c.code for c in current_desk().catalogue.search(words, language=current_language()))
