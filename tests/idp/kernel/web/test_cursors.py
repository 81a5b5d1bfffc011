"""A cursor comes back as what it was; a forged one never reaches the database."""

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.kernel.web.cursors import CursorWrong, cut_page, decode_cursor, encode_cursor

NUMBERS = st.integers(-(2**63) + 1, 2**63 - 1)
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))


def forged(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


@given(st.lists(NUMBERS | TEXTS, max_size=4))
def test_cursor_comes_back_whole(position: list[int | str]) -> None:
    assert decode_cursor(encode_cursor(position), [type(v) for v in position]) == tuple(position)


@given(st.text())
def test_noise_is_refused_as_a_fault(noise: str) -> None:
    with pytest.raises(CursorWrong):
        decode_cursor(noise, [str, int, str])


@pytest.mark.parametrize(
    "value",
    [None, 1, "a", {}, [], [1], ["a"], [1, "a"], ["a", 1, 2], ["a", True], ["a", 1.0], ["a", None],
     ["a", 2**63], ["a", -(2**64)], ["a\0", 1], ["\ud800", 1], ["a", float("nan")]],
)  # fmt: skip
def test_forged_cursor_is_refused(value: Any) -> None:
    with pytest.raises(CursorWrong):
        decode_cursor(forged(value), [str, int])


def test_deeply_nested_cursor_is_refused() -> None:
    nested = base64.urlsafe_b64encode(b"[" * 100_000 + b"]" * 100_000).decode()
    with pytest.raises(CursorWrong):
        decode_cursor(nested, [str])


def test_cursor_of_endless_digits_is_refused() -> None:
    with pytest.raises(CursorWrong):
        decode_cursor(base64.urlsafe_b64encode(b"[" + b"9" * 10_000 + b"]").decode(), [int])


@given(st.lists(st.integers(), max_size=30), st.integers(1, 10))
def test_pages_follow_without_gap(rows: list[int], size: int) -> None:
    rows = sorted(set(rows))
    shown: list[int] = []
    while True:
        page = cut_page(rows[len(shown) : len(shown) + size + 1], size, lambda row: [row])
        shown += page.rows
        if page.next_cursor is None:
            break
    assert shown == rows
