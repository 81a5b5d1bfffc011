"""How often someone may try a password: by account and peer, by account, by peer, and in all.

The counters live in the database, so that they hold on every process and over a restart. They count
the try before the password is looked at, so that a burst of parallel tries passes none (spec
C6.12), and take it back when it was right. An account is never locked for good: windows end, and
the narrow one is of the pair of account and peer, so that an attacker elsewhere does not shut the
owner out.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from idp.database import tables


@dataclass(frozen=True, slots=True)
class Limit:
    """So many wrong tries in a window."""

    name: str
    most: int
    window_seconds: int


PAIR = Limit("signin.pair", 10, 15 * 60)
ACCOUNT = Limit("signin.account", 100, 3600)
PEER = Limit("signin.peer", 200, 15 * 60)
EVERYBODY = Limit("signin.all", 20_000, 15 * 60)


def count_try(session: Session, key: str, peer: str, *, now: datetime) -> int | None:
    """Count a try; give the seconds to wait when it is one too many, else nothing."""
    passed = [limit for limit, who in _counted(key, peer) if _hit(session, limit, who, now) > limit.most]
    return max((_seconds_left(limit, now) for limit in passed), default=None)


def forgive_try(session: Session, key: str, peer: str, *, now: datetime) -> None:
    """Take a try back: the password was right."""
    for limit, who in _counted(key, peer):
        tables.guards.forgive(session, limit.name, who, window_seconds=limit.window_seconds, now=now)


def _counted(key: str, peer: str) -> tuple[tuple[Limit, str], ...]:
    return ((PAIR, f"{key}\n{peer}"), (ACCOUNT, key), (PEER, peer), (EVERYBODY, ""))


def _hit(session: Session, limit: Limit, who: str, now: datetime) -> int:
    return tables.guards.hit(session, limit.name, who, window_seconds=limit.window_seconds, now=now)


def _seconds_left(limit: Limit, now: datetime) -> int:
    return limit.window_seconds - int(now.timestamp()) % limit.window_seconds
