"""Deleting what has run out, however much it is: in short transactions, so that nobody waits for long.

On SQLite there is one writer at a time: a million rows in one transaction would keep every sign-in
waiting. `delete_batch` takes some, `in_batches` repeats it until there is nothing left.
"""

from collections.abc import Callable
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from .database import Database

BATCH = 1000


def delete_batch(session: Session, table: sa.Table, *which: sa.ColumnElement[bool]) -> int:
    """Delete at most BATCH of these rows and give how many there were."""
    key = table.primary_key.columns[0]
    some = sa.select(key).where(*which).limit(BATCH)
    result = cast("CursorResult[Any]", session.execute(sa.delete(table).where(key.in_(some))))
    return result.rowcount


def in_batches(db: Database, delete: Callable[[Session], int]) -> int:
    """Repeat a deletion of one batch, each in a transaction of its own; gives how many rows there were."""
    total = 0
    while True:
        with db.writing() as session:
            count = delete(session)
        total += count
        if count < BATCH:
            return total
