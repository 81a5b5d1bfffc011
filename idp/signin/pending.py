"""Between password and factor: what is known so far, kept here and not in any cookie.

The row belongs to one browser and one visit, lives ten minutes, and opens nothing: until the factor is
passed there is no session, so no later address is within reach (spec C6.18).
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from idp.kernel.crypto.digests import digest
from idp.kernel.ground.faults import Gone
from idp.kernel.ground.ids import new_id
from idp.kernel.storage.batches import delete_batch
from idp.kernel.storage.database import claim

from .models import PendingSignIn

LIFE = timedelta(minutes=10)
_pending = cast(sa.Table, PendingSignIn.__table__)


class StepOver(Gone):
    """Nobody has passed the first step in this browser, or too long ago."""

    code = "step-over"
    title = "This sign-in has taken too long"
    detail = "Go back and sign in again."


@dataclass(frozen=True, slots=True)
class Pending:
    """A sign-in that waits for its factor; `amr` is what was proved so far."""

    id: UUID
    account_id: UUID
    amr: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a sign-in is going on: in which browser, for which visit if for any."""

    browser: str
    visit_id: UUID | None


def await_factor(session: Session, place: Place, known: Pending, *, now: datetime) -> None:
    """Note that the first step is passed; an earlier one of this browser is over."""
    end_pending(session, place.browser, now=now)
    session.execute(
        sa.insert(_pending).values(
            id=known.id,
            account_id=known.account_id,
            browser_digest=digest(place.browser),
            visit_id=place.visit_id,
            amr=list(known.amr),
            created_at=now,
            expires_at=now + LIFE,
        )
    )


def new_pending(account_id: UUID, amr: tuple[str, ...]) -> Pending:
    """Give a sign-in that has just begun."""
    return Pending(new_id(), account_id, amr)


def find_pending(session: Session, place: Place, *, now: datetime) -> Pending | None:
    """Give the sign-in that waits here, or nothing."""
    row = session.execute(
        sa.select(_pending).where(
            _pending.c.browser_digest == digest(place.browser),
            _pending.c.visit_id.is_not_distinct_from(place.visit_id),
            _pending.c.passed_at.is_(None),
            _pending.c.expires_at > now,
        )
    ).first()
    return Pending(row.id, row.account_id, tuple(row.amr)) if row else None


def pass_factor(session: Session, pending: Pending, *, now: datetime) -> None:
    """Use a waiting sign-in up; raises StepOver for the second of two who try."""
    waiting = sa.update(_pending).where(_pending.c.id == pending.id, _pending.c.passed_at.is_(None))
    if not claim(session, waiting.values(passed_at=now)):
        raise StepOver


def end_pending(session: Session, browser: str, *, now: datetime) -> None:
    """End what waits in a browser."""
    waiting = sa.update(_pending).where(
        _pending.c.browser_digest == digest(browser), _pending.c.passed_at.is_(None)
    )
    session.execute(waiting.values(passed_at=now))


def forget_old_pending(session: Session, *, now: datetime) -> int:
    """Drop what has run out."""
    return delete_batch(session, _pending, _pending.c.expires_at <= now)
