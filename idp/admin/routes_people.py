"""People: found, looked at, signed out and locked by support; unlocked, proved, recovered by admins.

Searching is a POST, so that no address stands in an address bar or a log. Support does not act on
fellow staff, and nobody locks themselves out.
"""

from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from idp.accounts import AccountRecord, find_record, role_of, search_records
from idp.audit import Event, action_words, record
from idp.kernel.ground import clock
from idp.kernel.ground.faults import Forbidden, Invalid, NotFound
from idp.kernel.web.floor import current_floor
from idp.sessions import browser_words

from .queries import dossier_of, overview
from .routes_desk import current_staff, desk
from .rules import PROVED_LEVELS, masked, said_details
from .schemas import parse_proof, parse_reason, parse_search
from .service import lock_person, prove_level, sign_person_out, start_recovery, unlock_person
from .words import ACTOR_WORDS, LEVEL_WORDS, REASON_WORDS, ROLE_WORDS

MOST_FOUND = 20
people = desk(Blueprint("staff", __name__, url_prefix="/staff"), "support")
care = desk(Blueprint("care", __name__, url_prefix="/staff/people"), "admin")


class OfStaff(Forbidden):
    """Support may not act on staff, and nobody on themselves."""

    code = "of-staff"
    detail = "Your own account and those of your colleagues are for another administrator to change."


@people.get("/")
def start() -> str:
    """Show the figures."""
    with current_floor().db.reading() as session:
        figures = overview(session, now=clock.now())
    return render_template("admin/overview.html", staff=current_staff(), figures=figures)


@people.get("/people")
def show_search() -> str:
    """Ask whom to find."""
    return _search_page("", None)


@people.post("/people")
def search() -> str:
    """Show who is found; the search is noted, what was typed is not."""
    who, staff = parse_search(request.form), current_staff()
    with current_floor().db.writing() as session:
        found = search_records(session, who, limit=MOST_FOUND)
        searched = Event("staff.looked_up", by=staff.actor, details={"found": len(found)})
        record(session, searched, now=clock.now())
    return _search_page(who, [_seen(person) for person in found])


@people.get("/people/<uuid:account_id>")
def show(account_id: UUID) -> Response:
    """Show a person; that it was looked at is noted, and they may see it."""
    staff = current_staff()
    with current_floor().db.writing() as session:
        _existing(find_record(session, account_id))
        record(session, Event("staff.looked_at", account_id, by=staff.actor), now=clock.now())
    return _page(account_id)


@people.post("/people/<uuid:account_id>/lock")
def lock(account_id: UUID) -> Response:
    """Lock an account; all that is open by it dies at once."""
    try:
        reason = parse_reason(request.form)
    except Invalid as fault:
        return _page(account_id, fault)
    with current_floor().db.writing() as session:
        _check_may_act(role_of(session, account_id), account_id)
        lock_person(session, account_id, reason=reason, by=current_staff().actor, now=clock.now())
    return _back(account_id, "locked")


@people.post("/people/<uuid:account_id>/end-sessions")
def end_sessions(account_id: UUID) -> Response:
    """Sign a person out everywhere."""
    with current_floor().db.writing() as session:
        _check_may_act(role_of(session, account_id), account_id)
        sign_person_out(session, account_id, by=current_staff().actor, now=clock.now())
    return _back(account_id, "signed-out")


@care.post("/<uuid:account_id>/unlock")
def unlock(account_id: UUID) -> Response:
    """Unlock an account."""
    with current_floor().db.writing() as session:
        unlock_person(session, account_id, by=current_staff().actor, now=clock.now())
    return _back(account_id, "unlocked")


@care.post("/<uuid:account_id>/level")
def set_level(account_id: UUID) -> Response:
    """Set the level that the person has proved in front of a member of staff."""
    try:
        proof = parse_proof(request.form)
    except Invalid as fault:
        return _page(account_id, fault)
    with current_floor().db.writing() as session:
        prove_level(session, account_id, proof, by=current_staff().actor, now=clock.now())
    return _back(account_id, "level")


@care.post("/<uuid:account_id>/recovery")
def send_recovery(account_id: UUID) -> Response:
    """Have the recovery message sent to the person's own address."""
    floor = current_floor()
    with floor.db.writing() as session:
        person, by = _existing(find_record(session, account_id)), current_staff().actor
        sent = start_recovery(session, person, outbox=floor.outbox, by=by, now=clock.now())
    return _back(account_id, "recovery" if sent else "unreachable")


def _check_may_act(role: str | None, account_id: UUID) -> None:
    staff = current_staff()
    if account_id == staff.live.account_id or (role is not None and not staff.is_admin):
        raise OfStaff


def _existing(person: AccountRecord | None) -> AccountRecord:
    if person is None:
        raise NotFound
    return person


def _seen(person: AccountRecord) -> AccountRecord:
    return person if current_staff().is_admin else masked(person)


def _search_page(who: str, found: list[AccountRecord] | None) -> str:
    return render_template("admin/people.html", staff=current_staff(), who=who, found=found, most=MOST_FOUND)


def _back(account_id: UUID, done: str) -> Response:
    return make_response(redirect(url_for("staff.show", account_id=account_id, done=done), 303))


def _page(account_id: UUID, fault: Invalid | None = None) -> Response:
    now, staff = clock.now(), current_staff()
    with current_floor().db.reading() as session:
        known = dossier_of(session, _existing(find_record(session, account_id)), now=now)
    page = render_template(
        "admin/person.html", staff=staff, known=known, person=_seen(known.person), fault=fault,
        browser_words=browser_words, details=said_details, role_words=ROLE_WORDS,
        reason_words=REASON_WORDS, level_words=LEVEL_WORDS, levels=PROVED_LEVELS, actor_words=ACTOR_WORDS,
        words=action_words,
    )  # fmt: skip
    return make_response(page, fault.status if fault else 200)
