"""Commands of problems: stored, confirmed, sent, moved on; each once, however often it is tapped."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask

from idp.kernel.ground import clock
from idp.kernel.ground.clock import FrozenClock
from idp.kernel.ground.faults import NotFound
from idp.kernel.outside.mail import Mail
from idp.kernel.work.floor import Floor
from tests.widget_server.problems.conftest import File, command, count_due, guest, signed_in
from widget_server.problems import Action, Actor, ActorKind, ClockRules, State, StepImpossible
from widget_server.problems import act as act_service
from widget_server.problems import assign as assign_service
from widget_server.problems import confirm as confirm_service
from widget_server.problems.commands import Receipt, Route
from widget_server.problems.models import HistoryEntry, Problem, Reporter
from widget_server.problems.service import ConfirmationExpired, open_link, queue_rank

Stored = Callable[[Receipt], Problem]
ROADS = Actor(ActorKind.SERVICE, service_code="roads")
STAFF = Actor(ActorKind.STAFF, sub="p-staff")
RULES = ClockRules((8, "working"), None)
NOWHERE = Route("", "kolomna", "50", ClockRules(None, None))


def _confirm(floor: Floor, receipt: Receipt) -> Receipt:
    with floor.db.writing() as session:
        reporter = session.scalar(sa.select(Problem.reporter_id).where(Problem.id == receipt.problem_id))
        assert reporter
        return confirm_service(session, reporter, count_due=count_due, outbox=floor.outbox, now=clock.now())


def _act(floor: Floor, number: str, action: Action, text: str = "", actor: Actor = ROADS) -> bool:
    with floor.db.writing() as session:
        return act_service(
            session, number, action, text=text, actor=actor, outbox=floor.outbox, now=clock.now()
        )


def _assign(floor: Floor, number: str, service: str = "roads", actor: Actor = STAFF) -> bool:
    with floor.db.writing() as session:
        return assign_service(
            session, number, service_code=service, rules=RULES, count_due=count_due, actor=actor,
            outbox=floor.outbox, now=clock.now(),
        )  # fmt: skip


def _history(floor: Floor, receipt: Receipt) -> list[str]:
    lines = sa.select(HistoryEntry.action).where(HistoryEntry.problem_id == receipt.problem_id)
    with floor.db.reading() as session:
        return list(session.scalars(lines.order_by(HistoryEntry.id)))


def _count(floor: Floor, model: Any) -> int:
    with floor.db.reading() as session:
        return session.execute(sa.select(sa.func.count()).select_from(model)).scalar_one()


def _news(floor: Floor) -> list[str]:
    with floor.db.reading() as session:
        return sorted(session.scalars(sa.select(floor.outbox.table.c.kind)))


def test_guests_report_waits_and_is_numbered(floor: Floor, file_report: File, stored: Stored) -> None:
    receipt = file_report()
    problem = stored(receipt)
    assert receipt.state is State.AWAITING_CONFIRMATION
    assert receipt.number.startswith("50-")
    assert (problem.sent_at, problem.answer_due_at, problem.level) == (None, None, 0)
    assert _history(floor, receipt) == ["report"]
    assert _news(floor) == ["problems.reported"]


def test_confirmed_persons_report_goes_at_once(floor: Floor, file_report: File, stored: Stored) -> None:
    receipt = file_report(contact=signed_in(level=2))
    problem = stored(receipt)
    assert (receipt.state, problem.level) == (State.SENT, 2)
    assert problem.answer_due_at
    assert _history(floor, receipt) == ["report", "send"]


def test_signed_in_without_confirmed_mail_waits(file_report: File) -> None:
    assert file_report(contact=signed_in(level=0)).state is State.AWAITING_CONFIRMATION


def test_report_nobody_serves_goes_to_staff_without_clocks(file_report: File, stored: Stored) -> None:
    receipt = file_report(contact=signed_in(), route=NOWHERE)
    problem = stored(receipt)
    assert receipt.state is State.UNSERVED
    assert (problem.answer_due_at, problem.fix_due_at) == (None, None)


def test_confirmation_starts_the_clocks_once(
    floor: Floor, file_report: File, stored: Stored, frozen: FrozenClock
) -> None:
    receipt = file_report()
    frozen.tick(days=2)
    assert _confirm(floor, receipt).state is State.SENT
    first = stored(receipt)
    assert first.answer_due_at == clock.now() + timedelta(days=8)
    frozen.tick(days=30)
    assert _confirm(floor, receipt) == Receipt(receipt.problem_id, receipt.number, State.SENT)
    assert stored(receipt).answer_due_at == first.answer_due_at
    assert _history(floor, receipt) == ["report", "confirm", "send"]
    assert (stored(receipt).level, _news(floor)) == (1, ["problems.reported", "problems.sent"])


def test_confirmation_ends_after_72_hours(floor: Floor, file_report: File, frozen: FrozenClock) -> None:
    early, late = file_report(), file_report()
    frozen.tick(days=3)
    assert _confirm(floor, early).state is State.SENT
    frozen.tick(seconds=1)
    with pytest.raises(ConfirmationExpired):
        _confirm(floor, late)
    assert _history(floor, late) == ["report"]


def test_confirmation_of_nobody_is_not_found(floor: Floor) -> None:
    with pytest.raises(NotFound), floor.db.writing() as session:
        confirm_service(session, UUID(int=1), count_due=count_due, outbox=floor.outbox, now=clock.now())


def test_service_moves_a_report_to_its_end(
    floor: Floor, file_report: File, stored: Stored, frozen: FrozenClock
) -> None:
    receipt = file_report(contact=signed_in())
    assert _act(floor, receipt.number, Action.TAKE)
    assert stored(receipt).answered_at is None
    frozen.tick(days=1)
    assert _act(floor, receipt.number, Action.ANSWER, "Засыплем")
    answered = stored(receipt).answered_at
    frozen.tick(days=1)
    assert _act(floor, receipt.number, Action.FIX, "Засыпали")
    problem = stored(receipt)
    assert (problem.state, problem.is_open) == ("fixed", False)
    assert problem.answered_at == answered, "the first answer stops the clock"
    assert problem.fixed_at == problem.closed_at == clock.now()
    assert _history(floor, receipt) == ["report", "send", "take", "answer", "fix"]
    for action in (Action.TAKE, Action.ANSWER, Action.REFUSE):
        with pytest.raises(StepImpossible):
            _act(floor, receipt.number, action, "Ещё")


def test_double_tap_of_an_action_is_one(floor: Floor, file_report: File) -> None:
    receipt = file_report(contact=signed_in())
    assert [_act(floor, receipt.number, Action.FIX, "Да") for _ in range(3)] == [True, False, False]
    assert _history(floor, receipt) == ["report", "send", "fix"]
    assert _news(floor).count("problems.changed") == 1


def test_refusal_stops_the_answers_clock_alone(floor: Floor, file_report: File, stored: Stored) -> None:
    receipt = file_report(contact=signed_in())
    _act(floor, receipt.number, Action.REFUSE, "Не наше")
    problem = stored(receipt)
    assert problem.answered_at
    assert problem.fixed_at is None
    assert problem.closed_at


def test_report_of_another_service_is_not_there(floor: Floor, file_report: File, stored: Stored) -> None:
    receipt = file_report(contact=signed_in())
    lights = Actor(ActorKind.SERVICE, service_code="lights")
    for actor, number in ((lights, receipt.number), (ROADS, "50-0000-0000"), (ROADS, "\0"), (ROADS, "")):
        with pytest.raises(NotFound):
            _act(floor, number, Action.TAKE, actor=actor)
    nobody = Actor(ActorKind.SERVICE, service_code="")
    with pytest.raises(NotFound):
        _act(floor, receipt.number, Action.TAKE, actor=nobody)
    assert stored(receipt).state == "sent"


def test_unconfirmed_report_cannot_be_moved(floor: Floor, file_report: File) -> None:
    receipt = file_report()
    for action in (Action.TAKE, Action.ANSWER, Action.FIX, Action.REFUSE):
        with pytest.raises(StepImpossible):
            _act(floor, receipt.number, action, "Да")
    with pytest.raises(StepImpossible):
        _assign(floor, receipt.number, "lights")


def test_assigning_hands_over_and_starts_the_clocks(
    floor: Floor, file_report: File, stored: Stored, frozen: FrozenClock
) -> None:
    receipt = file_report(contact=signed_in(), route=NOWHERE)
    frozen.tick(days=5)
    assert _assign(floor, receipt.number)
    problem = stored(receipt)
    assert (problem.state, problem.service_code) == ("sent", "roads")
    assert problem.answer_due_at == clock.now() + timedelta(days=8)
    assert not _assign(floor, receipt.number), "a double tap"
    with pytest.raises(StepImpossible):
        _assign(floor, receipt.number, "lights")
    assert _history(floor, receipt) == ["report", "keep", "assign", "send"]


def test_eight_taps_confirm_once(
    widget_app: Flask, floor: Floor, file_report: File, drain: Callable[[], int], outgoing: list[Mail],
    services: None,
) -> None:  # fmt: skip
    receipt = file_report()
    states = _at_once(widget_app, lambda: _confirm(floor, receipt).state)
    assert states == [State.SENT] * 8
    assert _history(floor, receipt) == ["report", "confirm", "send"]
    drain()
    assert len([mail for mail in outgoing if mail.to == "roads@city.example"]) == 1


def test_eight_taps_act_once(widget_app: Flask, floor: Floor, file_report: File) -> None:
    receipt = file_report(contact=signed_in())
    done = _at_once(widget_app, lambda: _act(floor, receipt.number, Action.FIX, "Да"))
    assert sorted(done) == [False] * 7 + [True]
    assert _history(floor, receipt) == ["report", "send", "fix"]


def test_eight_taps_assign_once(widget_app: Flask, floor: Floor, file_report: File) -> None:
    receipt = file_report(contact=signed_in(), route=NOWHERE)
    done = _at_once(widget_app, lambda: _assign(floor, receipt.number))
    assert sorted(done) == [False] * 7 + [True]


def _at_once(app: Flask, do: Callable[[], Any]) -> list[Any]:
    def one(_: int) -> Any:
        with app.app_context():
            return do()

    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(one, range(8)))


def test_person_is_stored_apart_from_the_problem(floor: Floor, file_report: File, stored: Stored) -> None:
    receipt = file_report(contact=guest("secret@example.org"))
    row = {c.name: getattr(stored(receipt), c.name) for c in Problem.__table__.columns}
    assert "secret@example.org" not in repr(row)
    assert "Орлова" not in repr(row)
    assert (_count(floor, Problem), _count(floor, Reporter)) == (1, 1)


def test_link_lives_thirty_days_after_the_last_deadline(
    floor: Floor, file_report: File, stored: Stored, frozen: FrozenClock
) -> None:
    receipt = file_report(contact=signed_in())
    plain = file_report(contact=signed_in(), route=Route("roads", "k", "50", ClockRules(None, None)))
    with floor.db.writing() as session:
        problem, without = session.get(Problem, receipt.problem_id), session.get(Problem, plain.problem_id)
        assert problem
        assert without
        assert problem.fix_due_at
        assert open_link(session, problem).valid_until == problem.fix_due_at + timedelta(days=30)
        assert open_link(session, without).valid_until == clock.now() + timedelta(days=90)


def test_queue_puts_due_next_first_and_closed_last(
    floor: Floor, file_report: File, stored: Stored, frozen: FrozenClock
) -> None:
    older = file_report(contact=signed_in())
    frozen.tick(days=1)
    newer = file_report(contact=signed_in())
    frozen.tick(days=1)
    closed = file_report(contact=signed_in())
    _act(floor, closed.number, Action.FIX, "Да")
    ranks = [queue_rank(stored(receipt), clock.now()) for receipt in (older, newer, closed)]
    assert ranks == sorted(ranks)
    assert ranks == [stored(receipt).queue_rank for receipt in (older, newer, closed)]


def test_numbers_are_not_in_sequence(file_report: File) -> None:
    numbers = {file_report().number for _ in range(20)}
    assert len(numbers) == 20
    assert len({number[:6] for number in numbers}) > 10


def test_command_needs_nothing_but_its_fields() -> None:
    assert command().contact.is_confirmed is False
    assert signed_in().is_confirmed
