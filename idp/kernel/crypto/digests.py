"""Digests of secrets: what is only ever compared is stored as a digest (spec C3.5).

The secrets are ours and have 128 bits or more, so one SHA-256 is enough; passwords of people go
through argon2id in the accounts, never through here.
"""

import hashlib
import hmac


def digest(secret: str) -> str:
    """Give the hexadecimal SHA-256 of a secret, the form in which it is stored."""
    return hashlib.sha256(secret.encode()).hexdigest()


def keyed_digest(key: str, *parts: str) -> str:
    """Give the hexadecimal HMAC-SHA-256 of some parts; their borders count, so ("ab", "c") ≠ ("a", "bc")."""
    message = b"".join(len(p.encode()).to_bytes(8) + p.encode() for p in parts)
    return hmac.new(key.encode(), message, hashlib.sha256).hexdigest()


def matches(one: str, other: str) -> bool:
    """Compare two digests in constant time."""
    return hmac.compare_digest(one.encode(), other.encode())
