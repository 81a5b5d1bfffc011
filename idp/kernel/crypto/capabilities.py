"""Capabilities: unguessable links that need no row of their own to be checked.

A capability is the HMAC of a purpose and the identifiers it is for, under the server's secret: it
can be written into a letter by a job at any time, any number of times, and no secret is stored.
What must be revocable names a row among its parts, and the row is looked up beside it.
"""

from collections.abc import Sequence

from .digests import keyed_digest, matches

_LENGTH = 43  # characters of hexadecimal: 172 bits


class Capabilities:
    """Mints and checks capabilities under the server's secrets, the newest first."""

    def __init__(self, secrets: Sequence[str]) -> None:
        self._secrets = tuple(secrets)

    def mint(self, purpose: str, *parts: str) -> str:
        """Give the capability for a purpose and its parts."""
        return _capability(self._secrets[0], purpose, parts)

    def fits(self, token: str, purpose: str, *parts: str) -> bool:
        """Say whether a token is the capability for this purpose and these parts."""
        return any(matches(token, _capability(secret, purpose, parts)) for secret in self._secrets)


def _capability(secret: str, purpose: str, parts: Sequence[str]) -> str:
    return keyed_digest(secret, "capability", purpose, *parts)[:_LENGTH]
