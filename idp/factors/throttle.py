"""How often a second factor may be tried, and when its owner hears that somebody is guessing.

Six digits in a window of three are guessed in one of 300,000 tries, so a hundred a day leave an
attacker who has the password one chance in 3,000. That limit is of the account, and such an attacker
could use it up to shut the owner out; so it never counts passkeys, and a code from paper, which nobody
guesses, is counted for each peer alone. All windows end (spec C6.18). A try is counted before the code
is looked at, as at the password.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from sqlalchemy.orm import Session

from idp.accounts import tell_change
from idp.database import tables
from idp.kernel.work.floor import Floor

Kind = Literal["app", "paper"]
_QUARTER_SECONDS = 15 * 60
_HOUR_SECONDS = 3600
_DAY_SECONDS = 24 * _HOUR_SECONDS


@dataclass(frozen=True, slots=True)
class Limit:
    """So many wrong tries in a window, of one account, or of one account from one peer."""

    name: str
    most: int
    window_seconds: int
    is_by_peer: bool = False

    def key(self, account_id: UUID, peer: str) -> str:
        """Give what is counted."""
        return f"{account_id}\n{peer}" if self.is_by_peer else str(account_id)


LIMITS: Mapping[Kind, tuple[Limit, ...]] = {
    "app": (
        Limit("factor.app.pair", 5, _QUARTER_SECONDS, is_by_peer=True),
        Limit("factor.app.hour", 20, _HOUR_SECONDS),
        Limit("factor.app.day", 100, _DAY_SECONDS),
    ),
    "paper": (Limit("factor.paper.pair", 10, _QUARTER_SECONDS, is_by_peer=True),),
}


def count_try(session: Session, account_id: UUID, peer: str, kind: Kind, *, now: datetime) -> int | None:
    """Count a try; give the seconds to wait when it is one too many, else nothing."""
    waits = []
    for limit in LIMITS[kind]:
        key, window = limit.key(account_id, peer), limit.window_seconds
        hits = tables.guards.hit(session, limit.name, key, window_seconds=window, now=now)
        if hits > limit.most:
            waits.append(window - int(now.timestamp()) % window)
    return max(waits, default=None)


def forgive_try(session: Session, account_id: UUID, peer: str, kind: Kind, *, now: datetime) -> None:
    """Take a try back: the code was right."""
    for limit in LIMITS[kind]:
        key, window = limit.key(account_id, peer), limit.window_seconds
        tables.guards.forgive(session, limit.name, key, window_seconds=window, now=now)


def tell_of_guessing(session: Session, account_id: UUID, *, floor: Floor, now: datetime) -> None:
    """Write to the owner, once a day: whoever guesses codes has the password already."""
    told = tables.guards.hit(session, "factor.told", str(account_id), window_seconds=_DAY_SECONDS, now=now)
    if told == 1:
        tell_change(session, account_id, "codes-guessed", outbox=floor.outbox)
