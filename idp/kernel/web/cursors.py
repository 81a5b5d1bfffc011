"""Cursor pages: a list goes on after the last row seen, so rows that arrive meanwhile shift nothing."""

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from ..ground.faults import Malformed

Row = TypeVar("Row")
MOST_ROWS = 100


class CursorWrong(Malformed):
    """The cursor was not made by us."""

    code = "cursor-wrong"
    title = "This page of the list does not exist"
    detail = "Start again from the first page."


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Some rows, and the cursor that continues after them (none at the end)."""

    rows: tuple[Row, ...]
    next_cursor: str | None


def encode_cursor(position: Sequence[str | int]) -> str:
    """Give the opaque form of a position: the sort values of the last row."""
    return base64.urlsafe_b64encode(json.dumps(list(position)).encode()).decode().rstrip("=")


def decode_cursor(cursor: str, kinds: Sequence[type]) -> tuple[str | int, ...]:
    """Read a position back; raise CursorWrong unless it has exactly these kinds of values."""
    try:
        values = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, binascii.Error, RecursionError):
        raise CursorWrong from None
    if not isinstance(values, list) or [type(v) for v in values] != list(kinds):
        raise CursorWrong
    if not all(_fits_database(value) for value in values):
        raise CursorWrong
    return tuple(values)


def cut_page(rows: Sequence[Row], size: int, position: Callable[[Row], Sequence[str | int]]) -> Page[Row]:
    """Make a page of `size + 1` fetched rows: the extra one only tells that there is more."""
    shown = tuple(rows[:size])
    more = len(rows) > size
    return Page(shown, encode_cursor(position(shown[-1])) if more else None)


def _fits_database(value: str | int) -> bool:
    """Say whether a database takes the value: no NUL, no lone surrogate, 64 bits."""
    if isinstance(value, int):
        return abs(value) < 2**63
    return all(c != "\0" and not "\ud800" <= c <= "\udfff" for c in value)
