"""Digests tell secrets apart, and the borders between their parts count."""

from hypothesis import given
from hypothesis import strategies as st

from idp.kernel.crypto.digests import digest, keyed_digest, matches

PARTS = st.lists(st.text(st.characters(exclude_categories=["Cs"])), max_size=4)


def test_digest_is_plain_sha256() -> None:
    assert digest("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


@given(PARTS, PARTS)
def test_parts_and_their_borders_count(one: list[str], other: list[str]) -> None:
    assert (keyed_digest("k", *one) == keyed_digest("k", *other)) is (one == other)


def test_shifted_border_gives_another_digest() -> None:
    assert len({keyed_digest("k", "ab", "c"), keyed_digest("k", "a", "bc"), keyed_digest("k", "abc")}) == 3


@given(st.text(st.characters(exclude_categories=["Cs"])), st.text(st.characters(exclude_categories=["Cs"])))
def test_another_key_gives_another_digest(one: str, other: str) -> None:
    # HMAC pads a key with zeros (RFC 2104 §2), so keys that differ in final NULs alone are one key
    assert (keyed_digest(one, "x") == keyed_digest(other, "x")) is (one.rstrip("\0") == other.rstrip("\0"))


@given(st.text(st.characters(exclude_categories=["Cs"])), st.text(st.characters(exclude_categories=["Cs"])))
def test_matching_is_equality(one: str, other: str) -> None:
    assert matches(one, other) is (one == other)
