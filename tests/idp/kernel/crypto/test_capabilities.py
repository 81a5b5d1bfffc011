"""A capability opens one thing for one purpose, and nothing can be made of it for another."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.kernel.crypto.capabilities import Capabilities

OURS = Capabilities(["new-secret", "old-secret"])
WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@given(WORDS, st.lists(WORDS, max_size=3))
def test_minted_capability_fits(purpose: str, parts: list[str]) -> None:
    assert OURS.fits(OURS.mint(purpose, *parts), purpose, *parts)


@given(WORDS, WORDS, st.lists(WORDS, max_size=3), st.lists(WORDS, max_size=3))
def test_capability_fits_nothing_else(one: str, other: str, parts: list[str], others: list[str]) -> None:
    fits = OURS.fits(OURS.mint(one, *parts), other, *others)
    assert fits is ([one, *parts] == [other, *others])


@given(WORDS)
def test_forged_capability_does_not_fit(token: str) -> None:
    assert not OURS.fits(token, "photo", "1")


@pytest.mark.parametrize("change", [str.upper, lambda t: t[:-1], lambda t: t + "0", lambda t: ""])
def test_changed_capability_does_not_fit(change: object) -> None:
    token = OURS.mint("photo", "1")
    assert not OURS.fits(change(token), "photo", "1")  # type: ignore[operator]


def test_older_secret_still_opens() -> None:
    assert OURS.fits(Capabilities(["old-secret"]).mint("photo", "1"), "photo", "1")


def test_newest_secret_mints() -> None:
    assert OURS.mint("photo", "1") == Capabilities(["new-secret"]).mint("photo", "1")


def test_stranger_secret_opens_nothing() -> None:
    assert not OURS.fits(Capabilities(["another"]).mint("photo", "1"), "photo", "1")


def test_capability_has_enough_bits() -> None:
    assert len(OURS.mint("photo", "1")) * 4 >= 128
