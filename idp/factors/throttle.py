"""How often a second factor may be tried: by account and peer, by account, and by account a day.

Six digits in a window of three are guessed in one of 300,000 tries, so a hundred a day leave an
attacker who has the password one chance in 3,000. The windows end and a passkey is never counted, so
nobody is locked out for good (spec C6.18). Counted before the code is looked at, as at the password.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from idp.database import tables

_QUARTER_SECONDS = 15 * 60
_HOUR_SECONDS = 3600
_DAY_SECONDS = 24 * _HOUR_SECONDS
PAIR_MOST = 5
ACCOUNT_MOST = 20
DAY_MOST = 100


def count_try(session: Session, account_id: UUID, peer: str, *, now: datetime) -> int | None:
    """Count a try; give the seconds to wait when it is one too many, else nothing."""
    waits = [
        window - int(now.timestamp()) % window
        for name, who, window, most in _counted(account_id, peer)
        if tables.guards.hit(session, name, who, window_seconds=window, now=now) > most
    ]
    return max(waits, default=None)


def forgive_try(session: Session, account_id: UUID, peer: str, *, now: datetime) -> None:
    """Take a try back: the code was right."""
    for name, who, window, _ in _counted(account_id, peer):
        tables.guards.forgive(session, name, who, window_seconds=window, now=now)


def _counted(account_id: UUID, peer: str) -> tuple[tuple[str, str, int, int], ...]:
    return (
        ("factor.pair", f"{account_id}\n{peer}", _QUARTER_SECONDS, PAIR_MOST),
        ("factor.account", str(account_id), _HOUR_SECONDS, ACCOUNT_MOST),
        ("factor.day", str(account_id), _DAY_SECONDS, DAY_MOST),
    )
