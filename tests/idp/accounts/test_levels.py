"""Levels of assurance: what an account has, what a session may tell of it, what a site is answered."""

import pytest

from idp.accounts import answered_level, is_within, told_level


@pytest.mark.parametrize(
    ("level", "is_strong", "told"),
    [
        ("L0", False, "L0"), ("L0", True, "L0"),
        ("L1", False, "L1"), ("L1", True, "L1"),
        ("L2", False, "L1"), ("L2", True, "L2"),
        ("L3", False, "L1"), ("L3", True, "L3"),
    ],
)  # fmt: skip
def test_high_levels_need_a_strong_session(level: str, is_strong: bool, told: str) -> None:
    assert told_level(level, is_strong=is_strong) == told


@pytest.mark.parametrize(
    ("level", "asked", "answered"),
    [("L2", (), "L2"), ("L2", ("L1",), "L1"), ("L2", ("L3", "L2"), "L2"), ("L1", ("L3",), "L1")],
)
def test_site_learns_the_level_it_asked_for(level: str, asked: tuple[str, ...], answered: str) -> None:
    assert answered_level(level, asked) == answered


def test_level_includes_the_lower_ones() -> None:
    assert is_within("L2", "L1")
    assert is_within("L2", "L2")
    assert not is_within("L1", "L2")
