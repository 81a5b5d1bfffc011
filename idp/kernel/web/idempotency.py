"""Idempotent writes: the same request under the same key has one effect and one answer.

The key and the answer are stored in the transaction of the write itself, so a crash between the two
cannot happen (the IETF draft `idempotency-key-header` describes the header). A key that comes with
other content is refused. Rows leave after two days.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..crypto.digests import digest
from ..ground import clock
from ..ground.faults import Conflict
from ..storage.batches import delete_batch
from ..storage.database import UtcDateTime, insert_once

LIFE_DAYS = 2


class KeyReused(Conflict):
    """The idempotency key was used before, for other content."""

    code = "idempotency-key-reused"
    title = "This key was used for another request"
    detail = "Make a new key for each new request."


def idempotency_table(metadata: sa.MetaData) -> sa.Table:
    """Give a server's table of remembered answers."""
    return sa.Table(
        "idempotency",
        metadata,
        sa.Column("key_digest", sa.String(64), primary_key=True),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("answer", sa.JSON, nullable=False),
        sa.Column("created_at", UtcDateTime, nullable=False, index=True),
    )


class Idempotency:
    """Remembers answers by scope and key."""

    def __init__(self, table: sa.Table) -> None:
        self.table = table

    def recall(self, session: Session, *, scope: str, key: str, fingerprint: str) -> Mapping[str, Any] | None:
        """Give the remembered answer, or nothing; raise KeyReused when the content differs.

        The row is written first and looked at second: of two requests at the same moment the second
        waits for the first to end, on every engine, and then finds its answer.
        """
        t, key_digest = self.table, digest(f"{scope}\n{key}")
        new = {
            "key_digest": key_digest, "fingerprint": digest(fingerprint),
            "answer": {}, "created_at": clock.now(),
        }  # fmt: skip
        if insert_once(session, t, new, conflict=["key_digest"]):
            return None
        row = session.execute(sa.select(t).where(t.c.key_digest == key_digest)).one()
        if row.fingerprint != digest(fingerprint):
            raise KeyReused
        answer: Mapping[str, Any] = row.answer
        return answer

    def remember(self, session: Session, answer: Mapping[str, Any], *, scope: str, key: str) -> None:
        """Complete the row that `recall` left with the answer, beside the write it belongs to."""
        t = self.table
        mine = sa.update(t).where(t.c.key_digest == digest(f"{scope}\n{key}"))
        session.execute(mine.values(answer=dict(answer)))

    def forget_old(self, session: Session) -> int:
        """Drop answers older than LIFE_DAYS."""
        old = self.table.c.created_at < clock.now() - timedelta(days=LIFE_DAYS)
        return delete_batch(session, self.table, old)
