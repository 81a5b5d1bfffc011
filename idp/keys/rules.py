"""Pure rules of the rings: which key signs now, which stands ready, when the next one is due.

A key is published some time before it signs, so that whoever keeps a copy of the key set (five
minutes at most, see discovery) knows it by then, and after it has stopped until nothing it signed is
honoured. Time alone moves a key on: all processes agree without talking to each other.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from idp.kernel.crypto.jose import Algorithm

ALGORITHMS: tuple[Algorithm, ...] = ("ES256", "RS256")
# An ID token is a hint for a long time after it has expired; the key that proves it stays published.
KEPT_AFTER_SIGNING = timedelta(days=30)
Standing = Literal["ready", "signing", "retired", "revoked"]


@dataclass(frozen=True, slots=True)
class RingKey:
    """A key of the rings; `sealed` is its private half, empty when that has been destroyed."""

    kid: str
    algorithm: Algorithm
    created_at: datetime
    signs_at: datetime
    retired_at: datetime | None
    revoked_at: datetime | None
    public: Mapping[str, Any]
    sealed: bytes

    @property
    def may_sign(self) -> bool:
        """Say whether the key has its private half, and nobody has taken it out of work."""
        return bool(self.sealed) and self.retired_at is None and self.revoked_at is None


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How long a key signs, and how long it is published before."""

    period: timedelta
    overlap: timedelta


def signing_key(keys: Sequence[RingKey], algorithm: Algorithm, now: datetime) -> RingKey | None:
    """Give the key that signs: the newest whose time has come, else the first whose time will come."""
    able = sorted((k for k in keys if k.algorithm == algorithm and k.may_sign), key=_turn)
    begun = [key for key in able if key.signs_at <= now]
    return begun[-1] if begun else next(iter(able), None)


def ready_key(keys: Sequence[RingKey], algorithm: Algorithm, now: datetime) -> RingKey | None:
    """Give the key that is published and will sign next, or nothing."""
    able = [k for k in keys if k.algorithm == algorithm and k.may_sign and k.signs_at > now]
    ahead = [key for key in able if key != signing_key(keys, algorithm, now)]
    return min(ahead, key=_turn, default=None)


def missing_algorithms(keys: Sequence[RingKey]) -> list[Algorithm]:
    """Give the algorithms without a key that may sign."""
    there = {key.algorithm for key in keys if key.may_sign}
    return [algorithm for algorithm in ALGORITHMS if algorithm not in there]


def due_algorithms(keys: Sequence[RingKey], rhythm: Rhythm, now: datetime) -> list[Algorithm]:
    """Give the algorithms whose next key must be published now to sign in time."""
    newest = {
        a: max((k.signs_at for k in keys if k.algorithm == a and k.may_sign), default=None)
        for a in ALGORITHMS
    }
    return [a for a, at in newest.items() if at is not None and at + rhythm.period - rhythm.overlap <= now]


def stopped_at(key: RingKey, keys: Sequence[RingKey]) -> datetime | None:
    """Give when a key stopped, or will stop, signing; nothing while no other follows it."""
    followers = [
        k.signs_at for k in keys if k.algorithm == key.algorithm and k.may_sign and _turn(k) > _turn(key)
    ]
    return min((at for at in (key.revoked_at, key.retired_at, *followers) if at is not None), default=None)


def standing(key: RingKey, keys: Sequence[RingKey], now: datetime) -> Standing:
    """Give where a key stands."""
    if key.revoked_at is not None:
        return "revoked"
    if key == signing_key(keys, key.algorithm, now):
        return "signing"
    stopped = stopped_at(key, keys)
    return "retired" if stopped is not None and stopped <= now else "ready"


def _turn(key: RingKey) -> tuple[datetime, str]:
    return key.signs_at, key.kid
