"""Commands of problems. Each runs inside the caller's transaction and leaves its news in the outbox."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from idp.kernel.ground.faults import Gone, NotFound
from idp.kernel.ground.ids import new_id, new_number
from idp.kernel.ground.text import clean_line
from idp.kernel.work.outbox import Outbox
from widget_server.media import hand_over
from widget_server.privacy import record_consents

from . import events
from .cells import cell_at
from .commands import Actor, ClockRules, DueDates, Receipt, ReportCommand
from .models import HistoryEntry, Problem, Reporter, ServiceLink
from .states import OPEN, Action, ActorKind, State, next_state

CONFIRM_WITHIN = timedelta(hours=72)
LINK_AFTER_DEADLINE = timedelta(days=30)
LINK_WITHOUT_DEADLINE = timedelta(days=90)
_CLOSED_RANK = 10**11

CountDue = Callable[[datetime, ClockRules], DueDates]


class ConfirmationExpired(Gone):
    """The 72 hours in which a guest confirms the e-mail are over."""

    code = "confirmation-expired"
    title = "This link is no longer valid"
    detail = "It was valid for 72 hours. Please report the problem again: it takes two minutes."


def report(
    session: Session, command: ReportCommand, *, count_due: CountDue, outbox: Outbox, now: datetime
) -> Receipt:
    """Store a report with its photos, consents and history, and give its number.

    A confirmed person's report goes out at once; a guest's waits for the e-mail, numbered already.
    """
    reporter = _add_reporter(session, command, now)
    problem = _add_problem(session, command, reporter.id, now)
    session.flush()
    record_consents(session, command.consents, subject_id=problem.id, now=now)
    if command.photo_owner is not None:
        hand_over(session, from_owner=command.photo_owner, to_owner=problem.id)
    _write(session, problem, Action.REPORT, Actor(ActorKind.REPORTER, command.contact.sub), now)
    if command.contact.is_confirmed:
        _send(session, problem, count_due=count_due, outbox=outbox, now=now)
    else:
        outbox.emit(session, events.REPORTED, {"problem_id": str(problem.id)})
    return Receipt(problem.id, problem.number, State(problem.state))


def confirm(
    session: Session, reporter_id: UUID, *, count_due: CountDue, outbox: Outbox, now: datetime
) -> Receipt:
    """Confirm a guest's e-mail and send the report; doing so twice is doing it once.

    Raises NotFound when the report is gone, ConfirmationExpired after 72 hours.
    """
    reporter = session.get(Reporter, reporter_id, with_for_update=True)
    problem = session.scalar(sa.select(Problem).where(Problem.reporter_id == reporter_id))
    if reporter is None or problem is None:
        raise NotFound
    if reporter.confirmed_at is None:
        if reporter.confirm_until is not None and reporter.confirm_until < now:
            raise ConfirmationExpired
        reporter.confirmed_at = now
        problem.level = max(problem.level, 1)
        _write(session, problem, Action.CONFIRM, Actor(ActorKind.REPORTER), now)
        _send(session, problem, count_due=count_due, outbox=outbox, now=now)
    return Receipt(problem.id, problem.number, State(problem.state))


def act(
    session: Session,
    number: str,
    action: Action,
    *,
    text: str = "",
    actor: Actor,
    outbox: Outbox,
    now: datetime,
) -> bool:
    """Take into work, answer, say it is fixed, or refuse; false when that was done already (a double tap).

    Raises NotFound for another service's problem, StepImpossible from a state that this does not fit.
    """
    problem = _mine(session, number, actor)
    if _was_just_done(session, problem, action, text):
        return False
    problem.state = next_state(State(problem.state), action).value
    _stop_clocks(problem, action, now)
    entry = _write(session, problem, action, actor, now, text=text)
    outbox.emit(session, events.CHANGED, {"problem_id": str(problem.id), "entry_id": str(entry.id)})
    return True


def assign(
    session: Session,
    number: str,
    *,
    service_code: str,
    rules: ClockRules,
    count_due: CountDue,
    actor: Actor,
    outbox: Outbox,
    now: datetime,
) -> bool:
    """Hand a problem that nobody serves to a service, whose clocks start now; false when done already."""
    problem = _mine(session, number, actor)
    if problem.service_code == service_code and problem.state != State.UNSERVED:
        return False
    next_state(State(problem.state), Action.ASSIGN)
    problem.service_code = service_code
    problem.clock_rules = {"answer": rules.answer, "fix": rules.fix}
    _write(session, problem, Action.ASSIGN, actor, now)
    _send(session, problem, count_due=count_due, outbox=outbox, now=now)
    return True


def open_link(session: Session, problem: Problem) -> ServiceLink:
    """Make the capability of the problem's service, valid to the last deadline and thirty days more."""
    last = max((d for d in (problem.answer_due_at, problem.fix_due_at) if d), default=None)
    until = (
        last + LINK_AFTER_DEADLINE
        if last
        else (problem.sent_at or problem.created_at) + LINK_WITHOUT_DEADLINE
    )
    link = ServiceLink(
        id=new_id(), problem_id=problem.id, service_code=problem.service_code, valid_until=until
    )
    session.add(link)
    return link


def queue_rank(problem: Problem, now: datetime) -> int:
    """Give the place in a queue: open by the running deadline, then closed ones, the newest first."""
    if State(problem.state) in OPEN:
        due = problem.clocks.running or problem.created_at
        return int(due.timestamp())
    return _CLOSED_RANK - int((problem.closed_at or now).timestamp())


def _add_reporter(session: Session, command: ReportCommand, now: datetime) -> Reporter:
    contact = command.contact
    reporter = Reporter(
        id=new_id(),
        sub=contact.sub,
        email=contact.email,
        name=contact.name,
        is_name_public=command.is_name_public,
        language=command.language,
        created_at=now,
        confirm_until=None if contact.is_confirmed else now + CONFIRM_WITHIN,
        confirmed_at=now if contact.is_confirmed else None,
    )
    session.add(reporter)
    session.flush()  # the problem points at it, and without a relationship the order is not known
    return reporter


def _add_problem(session: Session, command: ReportCommand, reporter_id: UUID, now: datetime) -> Problem:
    route = command.route
    problem = Problem(
        id=new_id(),
        number=f"{route.region or '00'}-{new_number(4)}-{new_number(4)}",
        region=route.region,
        partner_id=command.partner_id,
        reporter_id=reporter_id,
        category=command.category,
        state=State.AWAITING_CONFIRMATION.value,
        is_open=True,
        is_public=command.is_public,
        territory_code=route.territory_code,
        service_code=route.service_code,
        lon=command.lon,
        lat=command.lat,
        cell=cell_at(lon=command.lon, lat=command.lat),
        address=command.address,
        description=command.description,
        answers=dict(command.answers),
        language=command.language,
        level=command.contact.level,
        created_at=now,
        clock_rules={"answer": route.rules.answer, "fix": route.rules.fix},
        queue_rank=int(now.timestamp()),
    )
    session.add(problem)
    return problem


def _send(session: Session, problem: Problem, *, count_due: CountDue, outbox: Outbox, now: datetime) -> None:
    """Start the clocks and leave the news that takes the report to its service, or to staff."""
    problem.sent_at = now
    problem.state = (State.SENT if problem.service_code else State.UNSERVED).value
    if problem.service_code:
        due = count_due(now, _rules(problem))
        problem.answer_due_at, problem.fix_due_at = due.answer, due.fix
    problem.queue_rank = queue_rank(problem, now)
    done = Action.SEND if problem.service_code else Action.KEEP
    _write(session, problem, done, Actor(ActorKind.SYSTEM), now)
    outbox.emit(session, events.SENT, {"problem_id": str(problem.id)})


def _stop_clocks(problem: Problem, action: Action, now: datetime) -> None:
    if action in (Action.ANSWER, Action.FIX, Action.REFUSE) and problem.answered_at is None:
        problem.answered_at = now
    if action is Action.FIX:
        problem.fixed_at = now
    problem.is_open = State(problem.state) in OPEN
    problem.closed_at = None if problem.is_open else now
    problem.queue_rank = queue_rank(problem, now)


def _mine(session: Session, number: str, actor: Actor) -> Problem:
    """Give the problem if this actor may touch it; another service's looks like none (spec C9.1)."""
    # What this session read before the lock may be old: two taps at once must not both see the first state.
    locked = sa.select(Problem).where(Problem.number == clean_line(number)).with_for_update()
    problem = session.scalar(locked.execution_options(populate_existing=True))
    if problem is None or actor.service_code not in (None, problem.service_code):
        raise NotFound
    return problem


def _was_just_done(session: Session, problem: Problem, action: Action, text: str) -> bool:
    """Say whether the last line of history is this very action: a double tap, or a lost answer."""
    mine = sa.select(HistoryEntry).where(HistoryEntry.problem_id == problem.id)
    last = session.scalar(mine.order_by(HistoryEntry.id.desc()).limit(1))
    return last is not None and (last.action, last.text) == (action.value, text)


def _write(
    session: Session, problem: Problem, action: Action, actor: Actor, now: datetime, *, text: str = ""
) -> HistoryEntry:
    entry = HistoryEntry(
        id=new_id(),
        problem_id=problem.id,
        at=now,
        actor=actor.kind,
        actor_sub=actor.sub,
        action=action.value,
        state=problem.state,
        text=text,
    )
    session.add(entry)
    return entry


def _rules(problem: Problem) -> ClockRules:
    def pair(name: str) -> tuple[int, str] | None:
        value = problem.clock_rules.get(name)
        return (int(value[0]), str(value[1])) if value else None

    return ClockRules(pair("answer"), pair("fix"))
