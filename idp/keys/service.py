"""What changes the rings of signing keys: making, rotating, retiring, revoking, forgetting.

Key pairs are made outside of transactions and offered; whether they are still wanted is decided
inside, where processes take turns, so that a race makes one key an algorithm and no more.
"""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from idp.audit import SYSTEM, Action, Actor, Event, record
from idp.kernel.crypto.envelope import Envelope
from idp.kernel.crypto.jose import Algorithm, SigningKey, export_private, export_public, generate_key
from idp.kernel.ground.faults import NotFound
from idp.kernel.ground.ids import new_secret
from idp.kernel.storage.database import claim, take_turns

from .models import StoredKey
from .queries import all_keys
from .rules import (
    KEPT_AFTER_SIGNING,
    Rhythm,
    due_algorithms,
    missing_algorithms,
    ready_key,
    standing,
    stopped_at,
)

PURPOSE = "signing-key"
TURN = "keys"
_PRIVATE_KEPT = timedelta(days=1)
_DESTROYED = b""
_key = cast(sa.Table, StoredKey.__table__)

Made = tuple[Algorithm, SigningKey]


class KeyUnknown(NotFound):
    """No key of this kid is on the rings, or it is out of work already."""

    code = "key-unknown"


@dataclass(frozen=True, slots=True)
class Order:
    """Who wants a change of the rings and when, and what seals new keys."""

    envelope: Envelope
    now: datetime
    by: Actor = SYSTEM


def new_keys(algorithms: Sequence[Algorithm]) -> list[Made]:
    """Make key pairs; takes a tenth of a second for RSA, so outside of any transaction."""
    return [(algorithm, generate_key(algorithm, new_secret(12))) for algorithm in algorithms]


def add_missing_keys(session: Session, offered: Sequence[Made], order: Order) -> list[str]:
    """Put those of the offered keys on the rings whose algorithm has none; they sign at once."""
    take_turns(session, TURN)
    missing = missing_algorithms(all_keys(session))
    return _add(session, _of(offered, missing), order, signs_at=order.now, action="keys.made")


def add_due_keys(session: Session, offered: Sequence[Made], order: Order, *, rhythm: Rhythm) -> list[str]:
    """Publish those of the offered keys whose algorithm is due for a new one; they sign after the overlap."""
    take_turns(session, TURN)
    due = due_algorithms(all_keys(session), rhythm, order.now)
    return _add(session, _of(offered, due), order, signs_at=order.now + rhythm.overlap, action="keys.rotated")


def rotate_keys(session: Session, offered: Sequence[Made], order: Order, *, signs_at: datetime) -> list[str]:
    """Let new keys sign from a time on and give their kids; a key that stands ready is taken first."""
    take_turns(session, TURN)
    keys, kids = all_keys(session), []
    for algorithm, key in offered:
        ready = ready_key(keys, algorithm, order.now)
        if ready is None:
            kids += _add(session, [(algorithm, key)], order, signs_at=signs_at, action="keys.rotated")
            continue
        _change(session, ready.kid, signs_at=min(ready.signs_at, signs_at))
        _record(session, "keys.rotated", ready.kid, algorithm, order)
        kids.append(ready.kid)
    return kids


def retire_key(session: Session, kid: str, order: Order) -> None:
    """Let a key sign no more; what it has signed is honoured still. Raises KeyUnknown."""
    _take_out(session, kid, "keys.retired", order, retired_at=order.now)


def revoke_key(session: Session, kid: str, order: Order) -> None:
    """Withdraw a key: nothing signed by it is honoured, its private half is destroyed. Raises KeyUnknown."""
    _take_out(session, kid, "keys.revoked", order, revoked_at=order.now, sealed=_DESTROYED)


def forget_old_keys(session: Session, *, now: datetime) -> None:
    """Drop keys when nothing they signed is honoured any more, and private halves soon after their work."""
    keys = all_keys(session)
    stopped = {k.kid: stopped_at(k, keys) for k in keys if standing(k, keys, now) in ("retired", "revoked")}
    old = [kid for kid, at in stopped.items() if at is not None and at < now - KEPT_AFTER_SIGNING]
    idle = [kid for kid, at in stopped.items() if at is not None and at < now - _PRIVATE_KEPT]
    session.execute(sa.delete(_key).where(_key.c.kid.in_(old)))
    session.execute(sa.update(_key).where(_key.c.kid.in_(idle)).values(sealed=_DESTROYED))


def _of(offered: Sequence[Made], wanted: Collection[Algorithm]) -> list[Made]:
    return [pair for pair in offered if pair[0] in wanted]


def _add(
    session: Session, keys: Sequence[Made], order: Order, *, signs_at: datetime, action: Action
) -> list[str]:
    for algorithm, key in keys:
        row = _row(algorithm, key, order.envelope)
        session.execute(sa.insert(_key).values(**row, created_at=order.now, signs_at=signs_at))
        _record(session, action, str(key.kid), algorithm, order)
    return [str(key.kid) for _, key in keys]


def _take_out(session: Session, kid: str, action: Action, order: Order, **values: object) -> None:
    take_turns(session, TURN)
    algorithm = session.execute(sa.select(_key.c.algorithm).where(_key.c.kid == kid)).scalar()
    working = sa.update(_key).where(_key.c.kid == kid, _key.c.revoked_at.is_(None))
    if "revoked_at" not in values:
        working = working.where(_key.c.retired_at.is_(None))
    if algorithm is None or not claim(session, working.values(**values)):
        raise KeyUnknown
    _record(session, action, kid, algorithm, order)


def _change(session: Session, kid: str, **values: object) -> None:
    session.execute(sa.update(_key).where(_key.c.kid == kid).values(**values))


def _record(session: Session, action: Action, kid: str, algorithm: str, order: Order) -> None:
    record(session, Event(action, by=order.by, details={"kid": kid, "algorithm": algorithm}), now=order.now)


def _row(algorithm: Algorithm, key: SigningKey, envelope: Envelope) -> dict[str, Any]:
    sealed = envelope.seal(json.dumps(export_private(key)).encode(), PURPOSE)
    return {"kid": key.kid, "algorithm": algorithm, "sealed": sealed, "public": export_public(key)}
