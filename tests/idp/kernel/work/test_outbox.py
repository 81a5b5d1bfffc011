"""News of a commit is delivered at least once, in order of time, and is never lost."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from idp.kernel.ground import clock
from idp.kernel.ground.clock import FrozenClock
from idp.kernel.work.floor import Floor
from idp.kernel.work.outbox import LEASE_SECONDS, MOST_ATTEMPTS, Delivery, delay_seconds
from idp.kernel.work.slices import Periodic, Slice
from idp.kernel.work.worker import Work, Worker


@pytest.fixture
def worker_of(floor: Floor, widget_app: Any) -> Callable[..., Worker]:
    """Make a worker of some slices."""
    tables = widget_app.extensions["tables"]
    return lambda *slices: Worker(widget_app, floor, Work.of(slices, tables.schedule))


def _emit(floor: Floor, kind: str, **options: Any) -> None:
    with floor.db.writing() as session:
        floor.outbox.emit(session, kind, {"n": 1}, **options)


def _rows(floor: Floor) -> int:
    with floor.db.reading() as session:
        return session.execute(sa.select(sa.func.count()).select_from(floor.outbox.table)).scalar_one()


def test_news_reaches_each_listener_once(floor: Floor, worker_of: Callable[..., Worker]) -> None:
    heard: list[str] = []
    slices = [Slice(n, handlers={"x": lambda d, f, n=n: heard.append(n)}) for n in ("a", "b")]
    _emit(floor, "x")
    worker_of(*slices).drain()
    assert sorted(heard) == ["a", "b"]
    assert _rows(floor) == 0


def test_rolled_back_news_is_never_heard(floor: Floor, worker_of: Callable[..., Worker]) -> None:
    heard: list[Delivery] = []
    with pytest.raises(RuntimeError), floor.db.writing() as session:  # noqa: PT012 - the unit of work is the point
        floor.outbox.emit(session, "x", {})
        raise RuntimeError
    worker_of(Slice("a", handlers={"x": lambda d, f: heard.append(d)})).drain()
    assert heard == []


def test_failed_delivery_is_tried_again_later(
    floor: Floor, worker_of: Callable[..., Worker], frozen: FrozenClock
) -> None:
    attempts: list[int] = []

    def refuse_once(delivery: Delivery, _floor: Floor) -> None:
        attempts.append(delivery.attempt)
        if delivery.attempt == 1:
            raise OSError("away")

    worker = worker_of(Slice("a", handlers={"x": refuse_once}))
    _emit(floor, "x")
    worker.drain()
    frozen.tick(seconds=delay_seconds(1) + 1)
    worker.drain()
    assert attempts == [1, 2]


def test_crashed_worker_gives_its_news_back(floor: Floor, frozen: FrozenClock) -> None:
    _emit(floor, "x")
    first = floor.outbox.take(floor.db, clock.now())
    assert first is not None
    assert floor.outbox.take(floor.db, clock.now()) is None
    again = floor.outbox.take(floor.db, frozen.tick(seconds=LEASE_SECONDS))
    assert again is not None
    assert (again.id, again.attempt) == (first.id, 2)


def test_hopeless_news_is_laid_aside(
    floor: Floor, worker_of: Callable[..., Worker], frozen: FrozenClock
) -> None:
    def refuse(_delivery: Delivery, _floor: Floor) -> None:
        raise OSError("away")

    worker = worker_of(Slice("a", handlers={"x": refuse}))
    _emit(floor, "x")
    for _ in range(MOST_ATTEMPTS + 2):
        worker.drain()
        frozen.tick(days=1)
    with floor.db.reading() as session:
        row = session.execute(sa.select(floor.outbox.table)).one()
    assert row.attempts == MOST_ATTEMPTS
    assert row.dead_at is not None


def test_keyed_news_is_kept_once(floor: Floor) -> None:
    _emit(floor, "x", key="same")
    _emit(floor, "x", key="same")
    assert _rows(floor) == 1


def test_future_news_waits_for_its_time(floor: Floor, frozen: FrozenClock) -> None:
    _emit(floor, "x", due_at=clock.now() + timedelta(hours=1))
    assert floor.outbox.take(floor.db, clock.now()) is None
    assert floor.outbox.take(floor.db, frozen.tick(seconds=3600)) is not None


def test_periodic_work_runs_once_a_period(worker_of: Callable[..., Worker], frozen: FrozenClock) -> None:
    runs: list[int] = []
    slices = Slice("a", periodic=[Periodic("tidy", 60, lambda _floor: runs.append(1))])
    one, other = worker_of(slices), worker_of(slices)
    one.drain()
    other.drain()
    frozen.tick(seconds=61)
    other.drain()
    assert len(runs) == 2
