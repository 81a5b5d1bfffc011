"""Acts of destruction: the proof that personal data is gone, without the data.

The order of Roskomnadzor of 28.10.2022 № 179 names what such an act and the extract from the
system's journal hold: operator, whose data, categories, system, manner, ground, date, by whom. Of
whose data only the digest of the `sub` stays here; the person's own copy of the act names the `sub`.
Both are kept for three years at least, so acts are never dropped.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from idp.kernel.crypto.digests import digest
from idp.kernel.storage.database import take_turns

from .models import DestructionAct

_act = cast(sa.Table, DestructionAct.__table__)


@dataclass(frozen=True, slots=True)
class Act:
    """One act; `subject` is the digest of the destroyed account's `sub`."""

    number: int
    subject: str
    asked_at: datetime
    destroyed_at: datetime


def draw_up(session: Session, account_id: UUID, *, asked_at: datetime, now: datetime) -> Act:
    """Give the act of an account, drawn up at the first asking: it is also the tombstone of the `sub`."""
    known = _find(session, _act.c.subject_digest == digest(str(account_id)))
    if known is not None:
        return known
    take_turns(session, "acts")
    last = session.execute(sa.select(sa.func.max(_act.c.number))).scalar() or 0
    act = Act(last + 1, digest(str(account_id)), asked_at, now)
    session.execute(
        sa.insert(_act).values(
            number=act.number, subject_digest=act.subject, asked_at=asked_at, destroyed_at=now
        )
    )
    return act


def find_act(session: Session, number: int) -> Act | None:
    """Give an act by its number."""
    return _find(session, _act.c.number == number)


def is_destroyed(session: Session, account_id: UUID) -> bool:
    """Say whether an account of this `sub` was destroyed."""
    return _find(session, _act.c.subject_digest == digest(str(account_id))) is not None


def _find(session: Session, condition: sa.ColumnElement[bool]) -> Act | None:
    row = session.execute(sa.select(_act).where(condition)).first()
    return Act(row.number, row.subject_digest, row.asked_at, row.destroyed_at) if row else None
