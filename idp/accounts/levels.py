"""Levels of assurance, told as `acr`: how much is known about who a person is.

    L0  guest: nothing is confirmed
    L1  an e-mail address or a telephone number is confirmed
    L2  the place of residence is confirmed
    L3  the identity is verified, by an upstream or in person

A level includes all lower ones.
"""

from collections.abc import Iterable

LEVELS = ("L0", "L1", "L2", "L3")
_MOST_IN_A_WEAK_SESSION = "L1"


def level_of(*, is_confirmed: bool, proved: str | None = None) -> str:
    """Give the level of an account: what was proved beyond its address, else whether that is confirmed."""
    return proved or ("L1" if is_confirmed else "L0")


def told_level(level: str, *, is_strong: bool) -> str:
    """Give the level that a session may tell of its account: L2 and L3 need proofs of more than one kind.

    A stolen password must not speak for a person whose residence or identity others rely on: what such
    a site decides by it (a vote, a request in somebody's name) is worth more than what a password guards.
    """
    return level if is_strong else min(level, _MOST_IN_A_WEAK_SESSION, key=LEVELS.index)


def is_within(level: str, other: str) -> bool:
    """Say whether one level includes another."""
    return LEVELS.index(other) <= LEVELS.index(level)


def answered_level(level: str, asked: Iterable[str]) -> str:
    """Give the `acr` for what a session may tell: of the levels asked for the first one that it includes.

    A site that asked for less learns no more (OpenID Connect Core §2: the class that was satisfied).
    """
    return next((one for one in asked if is_within(level, one)), level)
