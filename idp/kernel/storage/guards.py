"""Counters that guard sign-in: in the database, so that they hold on every process and over a restart.

One row a key and window. Keys are digests: the table tells nobody which addresses were tried.
Losing the store means losing the database, and then nobody signs in: it fails closed.
"""

from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..crypto.digests import digest
from .batches import delete_batch
from .database import UtcDateTime, insert_once


def guards_table(metadata: sa.MetaData) -> sa.Table:
    """Give a server's table of counters."""
    return sa.Table(
        "guard_counter",
        metadata,
        sa.Column("key_digest", sa.String(64), primary_key=True),
        sa.Column("hits", sa.Integer, nullable=False),
        sa.Column("ends_at", UtcDateTime, nullable=False, index=True),
    )


class Guards:
    """Counts tries by name and key in fixed windows."""

    def __init__(self, table: sa.Table) -> None:
        self.table = table

    def hit(self, session: Session, name: str, key: str, *, window_seconds: int, now: datetime) -> int:
        """Count one try and give how many the window holds now, this one included."""
        start = int(now.timestamp()) // window_seconds * window_seconds
        row_key = digest(f"{name}\n{start}\n{key}")
        ends_at = datetime.fromtimestamp(start, UTC) + timedelta(seconds=window_seconds)
        t = self.table
        insert_once(
            session, t, {"key_digest": row_key, "hits": 0, "ends_at": ends_at}, conflict=["key_digest"]
        )
        session.execute(sa.update(t).where(t.c.key_digest == row_key).values(hits=t.c.hits + 1))
        hits: int = session.execute(sa.select(t.c.hits).where(t.c.key_digest == row_key)).scalar_one()
        return hits

    def forgive(self, session: Session, name: str, key: str, *, window_seconds: int, now: datetime) -> None:
        """Take one counted try back: it turned out to be right."""
        start = int(now.timestamp()) // window_seconds * window_seconds
        t = self.table
        counted = sa.update(t).where(t.c.key_digest == digest(f"{name}\n{start}\n{key}"), t.c.hits > 0)
        session.execute(counted.values(hits=t.c.hits - 1))

    def forget_old(self, session: Session, now: datetime) -> int:
        """Drop counters whose window is over."""
        return delete_batch(session, self.table, self.table.c.ends_at <= now)
