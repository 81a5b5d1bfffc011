"""The clock is UTC, stops for a test, and stops for that test alone."""

import threading
from datetime import UTC, datetime, timedelta, timezone

from idp.kernel.ground import clock

NOON = datetime(2026, 6, 10, 12, tzinfo=timezone(timedelta(hours=3)))


def test_running_clock_is_in_utc() -> None:
    before = datetime.now(UTC)
    assert before <= clock.now() <= datetime.now(UTC)
    assert clock.now().tzinfo is UTC


def test_stopped_clock_stands_still() -> None:
    with clock.frozen(NOON):
        assert clock.now() == clock.now() == NOON
        assert clock.now().tzinfo is UTC


def test_tick_moves_and_tells() -> None:
    with clock.frozen(NOON) as stopped:
        told = stopped.tick(days=1, seconds=1)
        assert told == clock.now() == NOON + timedelta(days=1, seconds=1)


def test_clock_runs_again_afterwards() -> None:
    with clock.frozen(NOON):
        pass
    assert clock.now() > NOON


def test_inner_clock_gives_way_to_the_outer() -> None:
    with clock.frozen(NOON):
        with clock.frozen(NOON + timedelta(days=1)):
            pass
        assert clock.now() == NOON


def test_other_threads_keep_their_time() -> None:
    seen: list[datetime] = []
    with clock.frozen(NOON):
        thread = threading.Thread(target=lambda: seen.append(clock.now()))
        thread.start()
        thread.join()
    assert seen[0] > NOON
