"""Counters hold in the database: one window after the other, one key apart from the other, no names."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from flask import Flask

from idp.kernel.ground import clock
from idp.kernel.ground.clock import FrozenClock
from idp.kernel.storage.guards import Guards
from idp.kernel.work.floor import Floor

WINDOW = 900


@pytest.fixture
def guards(widget_app: Flask) -> Guards:
    """The window's counters."""
    found: Guards = widget_app.extensions["tables"].guards
    return found


def hit(guards: Guards, floor: Floor, *, name: str = "password", key: str = "vera@example.org") -> int:
    with floor.db.writing() as session:
        return guards.hit(session, name, key, window_seconds=WINDOW, now=clock.now())


def test_hits_of_a_window_add_up(guards: Guards, floor: Floor, frozen: FrozenClock) -> None:
    counts = [hit(guards, floor)]
    frozen.tick(seconds=WINDOW - 1)
    assert [*counts, hit(guards, floor)] == [1, 2]


def test_next_window_starts_anew(guards: Guards, floor: Floor, frozen: FrozenClock) -> None:
    hit(guards, floor)
    frozen.tick(seconds=WINDOW)
    assert hit(guards, floor) == 1


@pytest.mark.parametrize("other", [{"key": "oleg@example.org"}, {"name": "otp"}])
def test_other_key_or_name_counts_apart(
    guards: Guards, floor: Floor, frozen: FrozenClock, other: dict[str, str]
) -> None:
    hit(guards, floor)
    assert hit(guards, floor, **other) == 1


def test_right_try_is_taken_back(guards: Guards, floor: Floor, frozen: FrozenClock) -> None:
    hit(guards, floor)
    with floor.db.writing() as session:
        guards.forgive(session, "password", "vera@example.org", window_seconds=WINDOW, now=clock.now())
    assert hit(guards, floor) == 1


def test_forgiving_never_goes_below_nothing(guards: Guards, floor: Floor, frozen: FrozenClock) -> None:
    hit(guards, floor)
    for _ in range(3):
        with floor.db.writing() as session:
            guards.forgive(session, "password", "vera@example.org", window_seconds=WINDOW, now=clock.now())
    assert hit(guards, floor) == 1


def test_parallel_burst_counts_every_try(
    guards: Guards, floor: Floor, widget_app: Flask, frozen: FrozenClock
) -> None:
    at = clock.now()

    def one(_: int) -> int:
        with widget_app.app_context(), floor.db.writing() as session:
            return guards.hit(session, "password", "vera", window_seconds=WINDOW, now=at)

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(one, range(24))) == list(range(1, 25))


def test_table_tells_nobody_who_tried(guards: Guards, floor: Floor) -> None:
    hit(guards, floor)
    with floor.db.reading() as session:
        assert "vera" not in str(session.execute(sa.select(guards.table)).one())


def test_finished_windows_are_forgotten(guards: Guards, floor: Floor, frozen: FrozenClock) -> None:
    hit(guards, floor)
    frozen.tick(seconds=WINDOW)
    hit(guards, floor)
    with floor.db.writing() as session:
        guards.forget_old(session, clock.now())
    with floor.db.reading() as session:
        assert len(session.execute(sa.select(guards.table)).all()) == 1
