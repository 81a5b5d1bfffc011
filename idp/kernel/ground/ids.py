"""Identifiers and secrets.

Keys of rows are UUIDv7 (RFC 9562 §5.7): made by us, sorted by time, so that inserts stay at the end
of an index on every engine. They are not secrets: what must not be guessed is a `new_secret`.
"""

import secrets
from uuid import UUID

from uuid_utils.compat import uuid7

__all__ = ["UUID", "new_id", "new_number", "new_secret", "parse_id"]

# Crockford's alphabet: no I, L, O, U, so that a number survives being read over the telephone.
_NUMBER_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def new_id() -> UUID:
    """Give a time-ordered key for a new row."""
    return uuid7()


def parse_id(text: str) -> UUID | None:
    """Give the key that a text spells, or nothing: what is no key names no row."""
    try:
        return UUID(text)
    except ValueError:
        return None


def new_secret(nbytes: int = 32) -> str:
    """Give an unguessable URL-safe text of 8 × nbytes bits (256 by default)."""
    return secrets.token_urlsafe(nbytes)


def new_number(length: int = 8) -> str:
    """Give a random number for people, of Crockford's 32 characters (5 bits each)."""
    return "".join(secrets.choice(_NUMBER_ALPHABET) for _ in range(length))
