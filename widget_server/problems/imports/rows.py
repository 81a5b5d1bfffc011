"""One row of a foreign file: what it would become here, or the one word why it becomes nothing.

Pure and the same at every run, so that a file imported again, or after a kill in the middle, rejects
the same rows with the same words.
"""

import csv
import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Never

from idp.kernel.ground.text import clean_line, clean_text

from ..schemas import LONGEST_ADDRESS, LONGEST_DESCRIPTION
from ..states import OPEN, State
from .mapping import ImportMapping

LONGEST_ID = 120
_FIELD_BYTES = 64 * 2**20  # a field may be a megabyte, and is then rejected instead of ending the import
_OLDEST = datetime(1900, 1, 1, tzinfo=UTC)
_CLOCK_SKEW = timedelta(days=1)


class Reason(StrEnum):
    """Why a row is rejected: stable words for programs that read the file of rejected rows."""

    BAD_COLUMNS = "bad-columns"
    BAD_ENCODING = "bad-encoding"
    NO_ID = "no-id"
    DUPLICATE_ID = "duplicate-id"
    TOO_LONG = "too-long"
    BAD_TIME = "bad-time"
    CLOSES_BEFORE_IT_OPENS = "closes-before-it-opens"
    UNKNOWN_STATE = "unknown-state"
    NO_PLACE = "no-place"
    BAD_PLACE = "bad-place"
    UNKNOWN_CATEGORY = "unknown-category"


@dataclass(frozen=True, slots=True)
class ImportDraft:
    """A row that can become a report; times are UTC, `closed_at` only of what is closed."""

    external_id: str
    category: str
    state: State
    lon: float
    lat: float
    address: str
    description: str
    created_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class JudgedRow:
    """A row as it stood in the file, with its draft or the reason why there is none."""

    cells: tuple[str, ...]
    verdict: ImportDraft | Reason


class MissingColumns(ValueError):
    """The file lacks columns that the mapping names."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(", ".join(names))
        self.names = tuple(names)


class RowReader:
    """The rows of an open file, judged one by one. `header` is read at once; raises MissingColumns."""

    def __init__(self, lines: Iterable[str], mapping: ImportMapping, *, now: datetime) -> None:
        csv.field_size_limit(_FIELD_BYTES)
        self._rows = csv.reader(lines, delimiter=mapping.delimiter)
        self.header = tuple(next(self._rows, ()))
        missing = [name for name in mapping.columns.all if name not in self.header]
        if missing:
            raise MissingColumns(missing)
        self._judge = _Judge(mapping, self.header, now + _CLOCK_SKEW)
        self._taken: set[str] = set()

    def __iter__(self) -> Iterator[JudgedRow]:
        for cells in self._rows:
            if cells:
                yield JudgedRow(tuple(cells), self._once(self._judge(cells)))

    def _once(self, verdict: ImportDraft | Reason) -> ImportDraft | Reason:
        """Reject a number that an earlier good row of this file has; the bad ones take none."""
        if isinstance(verdict, Reason):
            return verdict
        if verdict.external_id in self._taken:
            return Reason.DUPLICATE_ID
        self._taken.add(verdict.external_id)
        return verdict


class _Rejected(Exception):
    def __init__(self, reason: Reason) -> None:
        self.reason = reason


class _Judge:
    """Judges rows of one file. The checks stand in the order in which their words are given."""

    def __init__(self, mapping: ImportMapping, header: Sequence[str], latest: datetime) -> None:
        self._mapping, self._latest = mapping, latest
        self._width = len(header)
        self._positions = {name: position for position, name in enumerate(header)}

    def __call__(self, cells: Sequence[str]) -> ImportDraft | Reason:
        try:
            return self._draft(cells)
        except _Rejected as rejected:
            return rejected.reason

    def _draft(self, cells: Sequence[str]) -> ImportDraft:
        columns = self._mapping.columns
        self._require_whole(cells)
        external_id = clean_line(self._cell(cells, columns.id)) or _reject(Reason.NO_ID)
        texts = [clean_text(self._cell(cells, name)) for name in columns.text]
        description = "\n".join(dict.fromkeys(text for text in texts if text))
        address = clean_line(self._cell(cells, columns.address))
        _require_short(external_id, LONGEST_ID)
        _require_short(description, LONGEST_DESCRIPTION)
        _require_short(address, LONGEST_ADDRESS)
        created_at, closed_at = self._times(cells)
        state = self._mapping.state(self._cell(cells, columns.state)) or _reject(Reason.UNKNOWN_STATE)
        lon, lat = self._place(cells)
        values = [clean_line(self._cell(cells, name)) for name in columns.category]
        category = self._mapping.category(values) or _reject(Reason.UNKNOWN_CATEGORY)
        return ImportDraft(
            external_id=external_id,
            category=category,
            state=state,
            lon=lon,
            lat=lat,
            address=address,
            description=description,
            created_at=created_at,
            closed_at=None if state in OPEN else closed_at,
        )

    def _cell(self, cells: Sequence[str], column: str) -> str:
        return cells[self._positions[column]] if column else ""

    def _require_whole(self, cells: Sequence[str]) -> None:
        if len(cells) != self._width:
            _reject(Reason.BAD_COLUMNS)
        if any("\udc80" <= letter <= "\udcff" for cell in cells if not cell.isascii() for letter in cell):
            _reject(Reason.BAD_ENCODING)  # bytes that the encoding does not know, kept as lone surrogates

    def _times(self, cells: Sequence[str]) -> tuple[datetime, datetime | None]:
        columns = self._mapping.columns
        created_at = self._time(self._cell(cells, columns.created)) or _reject(Reason.BAD_TIME)
        closed_at = self._time(self._cell(cells, columns.closed))
        if closed_at is not None and closed_at < created_at:
            _reject(Reason.CLOSES_BEFORE_IT_OPENS)
        return created_at, closed_at

    def _time(self, text: str) -> datetime | None:
        """Read a time; an empty one is none. One that names no zone is of the file's."""
        if not text.strip():
            return None
        try:
            at = self._parse(text.strip())
            at = (at if at.tzinfo else at.replace(tzinfo=self._mapping.zone)).astimezone(UTC)
        except (ValueError, OverflowError):
            return _reject(Reason.BAD_TIME)
        return at if _OLDEST <= at <= self._latest else _reject(Reason.BAD_TIME)

    def _parse(self, text: str) -> datetime:
        if self._mapping.time_format:
            return datetime.strptime(text, self._mapping.time_format)  # noqa: DTZ007  # the zone follows above
        return datetime.fromisoformat(text)

    def _place(self, cells: Sequence[str]) -> tuple[float, float]:
        columns = self._mapping.columns
        written = [self._cell(cells, name).strip() for name in (columns.lon, columns.lat)]
        if not all(written):
            _reject(Reason.NO_PLACE)
        lon, lat = (_degrees(text) for text in written)
        if lon == lat == 0:  # how many systems write "not known"
            _reject(Reason.NO_PLACE)
        if not (abs(lon) <= 180 and abs(lat) <= 90):
            _reject(Reason.BAD_PLACE)
        return lon, lat


def _require_short(text: str, most: int) -> None:
    if len(text) > most:
        _reject(Reason.TOO_LONG)


def _degrees(text: str) -> float:
    try:
        number = float(text.replace(",", "."))
    except ValueError:
        return _reject(Reason.BAD_PLACE)
    return number if math.isfinite(number) else _reject(Reason.BAD_PLACE)


def _reject(reason: Reason) -> Never:
    raise _Rejected(reason)
