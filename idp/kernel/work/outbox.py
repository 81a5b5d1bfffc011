"""The outbox: news that a transaction leaves behind, delivered after its commit, at least once.

A row is written in the caller's own transaction, so there is no news of what was rolled back and no
commit without its news. A worker takes a row by a lease; a worker that dies loses nothing, because
the lease ends and the row is taken again. Handlers are therefore idempotent by the delivery's id.
The same code serves SQLite and PostgreSQL (where SKIP LOCKED lets workers pass one another).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..ground import clock
from ..ground.ids import new_id
from ..storage.batches import delete_batch
from ..storage.database import Database, UtcDateTime, insert_once

if TYPE_CHECKING:
    from .floor import Floor

LEASE_SECONDS = 60
DEAD_DAYS = 30
MOST_ATTEMPTS = 12
_FIRST_DELAY_SECONDS = 5
_LONGEST_DELAY_SECONDS = 6 * 3600


@dataclass(frozen=True, slots=True)
class Delivery:
    """One piece of news in the hands of a handler; `attempt` counts from 1."""

    id: UUID
    kind: str
    payload: Mapping[str, Any]
    attempt: int


Handler = Callable[[Delivery, "Floor"], None]


def outbox_table(metadata: sa.MetaData) -> sa.Table:
    """Give a server's outbox table."""
    return sa.Table(
        "outbox",
        metadata,
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("kind", sa.String(80), nullable=False),
        sa.Column("payload", sa.JSON, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("due_at", UtcDateTime, nullable=False),
        sa.Column("key", sa.String(120), unique=True),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("last_error", sa.String(200)),
        sa.Column("dead_at", UtcDateTime),
        sa.Index("ix_outbox_due", "dead_at", "due_at"),
    )


class Outbox:
    """The two ends of a server's outbox: `emit` inside a transaction, the rest for its worker."""

    def __init__(self, table: sa.Table) -> None:
        self.table = table

    def emit(
        self,
        session: Session,
        kind: str,
        payload: Mapping[str, Any],
        *,
        due_at: datetime | None = None,
        key: str | None = None,
    ) -> None:
        """Leave news in the caller's transaction; of several with one `key` only the first is kept."""
        at = clock.now()
        row = {
            "id": new_id(), "kind": kind, "payload": dict(payload), "created_at": at,
            "due_at": due_at or at, "key": key, "attempts": 0,
        }  # fmt: skip
        if key is None:
            session.execute(sa.insert(self.table).values(**row))
        else:
            insert_once(session, self.table, row, conflict=["key"])

    def take(self, db: Database, now: datetime) -> Delivery | None:
        """Take the oldest due row under a lease; it comes back by itself unless `done` is said in time."""
        t = self.table
        due = (
            sa.select(t).where(t.c.dead_at.is_(None), t.c.due_at <= now).order_by(t.c.due_at, t.c.id).limit(1)
        )
        with db.reading() as session:
            if session.execute(due.with_only_columns(t.c.id)).first() is None:
                return None  # most polls end here, without asking for the writer's turn
        with db.writing() as session:
            row = session.execute(due.with_for_update(skip_locked=True)).first()
            if row is None:
                return None
            lease = sa.update(t).where(t.c.id == row.id)
            session.execute(
                lease.values(attempts=row.attempts + 1, due_at=now + timedelta(seconds=LEASE_SECONDS))
            )
        return Delivery(row.id, row.kind, row.payload, row.attempts + 1)

    def done(self, db: Database, delivery: Delivery) -> None:
        """Forget a delivery that its handler has dealt with."""
        with db.writing() as session:
            session.execute(sa.delete(self.table).where(self.table.c.id == delivery.id))

    def failed(self, db: Database, delivery: Delivery, error: str, now: datetime) -> None:
        """Put a delivery back for later, or lay it aside as dead after the last attempt."""
        is_dead = delivery.attempt >= MOST_ATTEMPTS
        retry = now + timedelta(seconds=delay_seconds(delivery.attempt))
        row = sa.update(self.table).where(self.table.c.id == delivery.id)
        with db.writing() as session:
            session.execute(
                row.values(due_at=retry, last_error=error[:200], dead_at=now if is_dead else None)
            )

    def forget_dead(self, session: Session, now: datetime) -> int:
        """Drop what was laid aside DEAD_DAYS ago: a letter that never went out holds a person's data."""
        old = self.table.c.dead_at < now - timedelta(days=DEAD_DAYS)
        return delete_batch(session, self.table, old)


def delay_seconds(attempt: int) -> int:
    """Give how long to wait after an attempt: 5 s, 10 s, 20 s … at most six hours."""
    return min(int(_FIRST_DELAY_SECONDS * 2 ** (attempt - 1)), _LONGEST_DELAY_SECONDS)
