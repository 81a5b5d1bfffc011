"""Text from strangers keeps its meaning and loses what could mislead."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.kernel.ground.text import clean_line, clean_text, comparable


@given(st.text())
def test_cleaning_twice_changes_nothing(text: str) -> None:
    assert clean_text(clean_text(text)) == clean_text(text)
    assert clean_line(clean_line(text)) == clean_line(text)


@given(st.text())
def test_line_holds_no_control_character(text: str) -> None:
    assert not any(ord(c) < 32 or ord(c) == 127 for c in clean_line(text))


def test_nul_and_surrogates_are_dropped() -> None:
    assert clean_text("a\x00b\ud800c") == "abc"


def test_lines_and_emoji_are_kept() -> None:
    assert clean_text("яма\r\nглубокая 🕳️\r") == "яма\nглубокая 🕳️"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ａlice", "alice"),
        ("\u212aate", "kate"),
        ("Straße", "STRASSE"),
        ("ali\u200bce", "alice"),
        ("\u202ealice", "ALICE "),
    ],
)
def test_spellings_of_one_name_compare_equal(one: str, other: str) -> None:
    assert comparable(one) == comparable(other)
