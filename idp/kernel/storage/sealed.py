"""Columns of sealed values, and sealing all of them anew when the server's secret changes.

A column says what its values are sealed for by `info=sealed_for("purpose")`, so that no table can be
forgotten when the old secret is to go. The work is done in short transactions, row by row under the
condition that nobody has changed the value meanwhile; done twice, it does no harm.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from ..crypto.envelope import Envelope, EnvelopeBroken
from .database import Database

_KEY = "sealed_for"
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Resealed:
    """How many values were sealed anew, and how many open under none of the secrets."""

    values: int
    unreadable: int


def sealed_for(purpose: str) -> dict[str, str]:
    """Give what a column's `info` says; its table has a key of one column."""
    return {_KEY: purpose}


def sealed_columns(metadata: sa.MetaData) -> list[sa.Column[Any]]:
    """Give every column of sealed values."""
    return [column for table in metadata.sorted_tables for column in table.columns if _KEY in column.info]


def reseal(db: Database, metadata: sa.MetaData, envelope: Envelope) -> Resealed:
    """Seal every value anew under the newest secret."""
    outcomes = [done for column in sealed_columns(metadata) for done in _reseal_column(db, column, envelope)]
    return Resealed(outcomes.count(True), outcomes.count(False))


def _reseal_column(db: Database, column: sa.Column[Any], envelope: Envelope) -> Iterator[bool]:
    (key,) = column.table.primary_key.columns
    wanted: sa.Select[Any] = sa.select(key, column).where(column.is_not(None)).order_by(key).limit(_BATCH)
    batch = wanted
    while True:
        with db.writing() as session:
            rows = session.execute(batch).all()
            outcomes = [_reseal_value(session, key, column, row, envelope) for row in rows if row[1]]
        yield from outcomes
        if len(rows) < _BATCH:
            return
        batch = wanted.where(key > rows[-1][0])


def _reseal_value(
    session: Session, key: sa.Column[Any], column: sa.Column[Any], row: Any, envelope: Envelope
) -> bool:
    purpose = column.info[_KEY]
    try:
        anew = envelope.seal(envelope.open(row[1], purpose), purpose)
    except EnvelopeBroken:
        return False
    unchanged = sa.update(column.table).where(key == row[0], column == row[1])
    session.execute(unchanged.values({column.name: anew}))
    return True
