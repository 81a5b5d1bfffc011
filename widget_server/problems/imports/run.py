"""One import from a file: batches of rows, a transaction each, counted so that no row goes missing.

A kill between two batches costs nothing: what was committed is found again by its reference, and the
file of rejected rows is written anew by every run and only replaces the old one when it is whole.
"""

import csv
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import TextIO

from sqlalchemy.exc import IntegrityError

from idp.kernel.storage.database import Database

from .mapping import ImportMapping
from .rows import ImportDraft, JudgedRow, Reason, RowReader
from .service import ReportImporter

BATCH = 500
_ATTEMPTS = 3


@dataclass
class Tally:
    """What became of the rows: read = imported + already there + rejected, after every batch."""

    read: int = 0
    imported: int = 0
    already_there: int = 0
    reasons: Counter[str] = field(default_factory=Counter)

    @property
    def rejected(self) -> int:
        """How many rows became nothing."""
        return self.reasons.total()


RejectRow = Callable[[Sequence[str], Reason], None]
StoreDrafts = Callable[[Sequence[ImportDraft]], int]


def import_rows(rows: Iterable[JudgedRow], *, store: StoreDrafts, reject: RejectRow) -> Iterator[Tally]:
    """Import rows batch by batch; gives the tally so far after each, and once at the end."""
    tally, remaining = Tally(), iter(rows)
    while batch := list(islice(remaining, BATCH)):
        drafts = [row.verdict for row in batch if isinstance(row.verdict, ImportDraft)]
        stored = store(drafts)
        for row in batch:
            if isinstance(row.verdict, Reason):
                reject(row.cells, row.verdict)
                tally.reasons[row.verdict.value] += 1
        tally.read += len(batch)
        tally.imported += stored
        tally.already_there += len(drafts) - stored
        yield tally
    yield tally


def storing(db: Database, importer: ReportImporter, *, now: datetime) -> StoreDrafts:
    """Give the way that writes: one transaction a batch, repeated when another import came first."""

    def store(drafts: Sequence[ImportDraft]) -> int:
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                with db.writing() as session:
                    return importer.store(session, drafts, now=now)
            except IntegrityError:
                if attempt == _ATTEMPTS:
                    raise
        return 0

    return store


def counting(db: Database, importer: ReportImporter) -> StoreDrafts:
    """Give the way of a dry run: it only says how many would be new."""

    def count(drafts: Sequence[ImportDraft]) -> int:
        with db.reading() as session:
            return len(importer.new_ones(session, drafts))

    return count


@contextmanager
def open_rows(file: Path, mapping: ImportMapping, *, now: datetime) -> Iterator[tuple[RowReader, TextIO]]:
    """Open a foreign file as judged rows; raises MissingColumns. Unknown bytes stay as they are."""
    with file.open(encoding=mapping.encoding, errors="surrogateescape", newline="") as lines:
        yield RowReader(lines, mapping, now=now), lines


@contextmanager
def rejecting(path: Path | None, mapping: ImportMapping, header: Sequence[str]) -> Iterator[RejectRow]:
    """Give the way to keep rejected rows: the file's own columns and `reason`, or nowhere without a path."""
    if path is None:
        yield lambda cells, reason: None
        return
    draft = path.with_name(f"{path.name}.part")
    with draft.open("w", encoding=mapping.encoding, errors="surrogateescape", newline="") as out:
        writer = csv.writer(out, delimiter=mapping.delimiter)
        writer.writerow([*header, "reason"])
        yield lambda cells, reason: writer.writerow(_with_reason(cells, reason, len(header)))
    draft.replace(path)


def _with_reason(cells: Sequence[str], reason: Reason, width: int) -> list[str]:
    """Put the reason under its own heading also when a row has too few cells or too many."""
    missing = [""] * (width - len(cells))
    return [*cells[:width], *missing, reason.value, *cells[width:]]
