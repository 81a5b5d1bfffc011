"""What changes the rings of signing keys: making the first keys, rotating, forgetting old ones."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from idp.kernel.crypto.envelope import Envelope
from idp.kernel.crypto.jose import Algorithm, SigningKey, export_private, export_public, generate_key
from idp.kernel.ground.ids import new_secret

from .models import StoredKey

ALGORITHMS: tuple[Algorithm, ...] = ("ES256", "RS256")
PURPOSE = "signing-key"
# An ID token is a hint for a long time after it has expired; the key that proves it stays published.
KEPT_AFTER_RETIREMENT = timedelta(days=30)
_key = cast(sa.Table, StoredKey.__table__)


def missing_algorithms(session: Session) -> list[Algorithm]:
    """Give the algorithms that have no key to sign with."""
    there = set(session.execute(sa.select(_key.c.algorithm).where(_key.c.retired_at.is_(None))).scalars())
    return [algorithm for algorithm in ALGORITHMS if algorithm not in there]


def new_keys(algorithms: Sequence[Algorithm]) -> list[tuple[Algorithm, SigningKey]]:
    """Make key pairs; takes a tenth of a second for RSA, so outside of any transaction."""
    return [(algorithm, generate_key(algorithm, new_secret(12))) for algorithm in algorithms]


def add_keys(
    session: Session, keys: Sequence[tuple[Algorithm, SigningKey]], *, envelope: Envelope, now: datetime
) -> None:
    """Put keys on the rings; the newest of an algorithm signs from then on, older ones retire."""
    for algorithm, key in keys:
        active = sa.update(_key).where(_key.c.algorithm == algorithm, _key.c.retired_at.is_(None))
        session.execute(active.values(retired_at=now))
        session.execute(sa.insert(_key).values(**_row(algorithm, key, envelope), created_at=now))


def forget_old_keys(session: Session, *, now: datetime) -> None:
    """Drop keys that retired so long ago that nothing signed by them is still honoured."""
    session.execute(sa.delete(_key).where(_key.c.retired_at < now - KEPT_AFTER_RETIREMENT))


def _row(algorithm: Algorithm, key: SigningKey, envelope: Envelope) -> dict[str, Any]:
    sealed = envelope.seal(json.dumps(export_private(key)).encode(), PURPOSE)
    return {"kid": key.kid, "algorithm": algorithm, "sealed": sealed, "public": export_public(key)}
