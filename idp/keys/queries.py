"""Reads of the keys."""

from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from .models import StoredKey
from .rules import RingKey

_key = cast(sa.Table, StoredKey.__table__)


def all_keys(session: Session) -> list[RingKey]:
    """Give every key there is, in the order in which they sign."""
    rows = session.execute(sa.select(_key).order_by(_key.c.signs_at, _key.c.kid))
    return [
        RingKey(
            kid=row.kid,
            algorithm=row.algorithm,
            created_at=row.created_at,
            signs_at=row.signs_at,
            retired_at=row.retired_at,
            revoked_at=row.revoked_at,
            public=row.public,
            sealed=row.sealed,
        )
        for row in rows
    ]
