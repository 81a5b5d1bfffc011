"""The one clock. Everything that asks the time asks here, so that a test can stop it.

Times are timezone-aware UTC throughout; a naive time is a defect and the database type refuses it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime, timedelta


class FrozenClock:
    """A stopped clock that moves only when told to."""

    def __init__(self, at: datetime) -> None:
        self.at = at.astimezone(UTC)

    def tick(self, *, seconds: float = 0, days: float = 0) -> datetime:
        """Move forward and give the new time."""
        self.at += timedelta(seconds=seconds, days=days)
        return self.at


_frozen: ContextVar[FrozenClock | None] = ContextVar("frozen_clock", default=None)


def now() -> datetime:
    """Give the present time in UTC."""
    stopped = _frozen.get()
    return stopped.at if stopped else datetime.now(UTC)


@contextmanager
def frozen(at: datetime) -> Iterator[FrozenClock]:
    """Stop the clock for the present thread (or task) while the block runs."""
    clock = FrozenClock(at)
    token = _frozen.set(clock)
    try:
        yield clock
    finally:
        _frozen.reset(token)
