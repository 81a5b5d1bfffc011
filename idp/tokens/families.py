"""Families of refresh tokens, pure: how a token is made, read, and judged (RFC 9700 §4.14.2).

A token names its family and generation and proves both by an HMAC of 256 bits under the family's
secret. So every token ever issued is recognised without a row of its own, its successor can be told
again to a client that lost the answer, and the database holds nothing that can be presented.
"""

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from uuid import UUID

SECRET_BYTES = 32
REFRESH_PURPOSE = "refresh-family"
_ID_BYTES, _GENERATION_BYTES = 16, 4
_TOKEN_BYTES = _ID_BYTES + _GENERATION_BYTES + hashlib.sha256().digest_size


@dataclass(frozen=True, slots=True)
class PresentedRefresh:
    """A refresh token as it was read; whether its proof is right only the family's secret can tell."""

    grant_id: UUID
    generation: int
    proof: bytes

    def is_of(self, secret: bytes) -> bool:
        """Say whether the token was made with the family's secret, in constant time."""
        return hmac.compare_digest(self.proof, _proof(secret, self.grant_id, self.generation))


class Verdict(Enum):
    """What a presented token means for its family."""

    ROTATE = "rotate"
    REPEAT = "repeat"
    REUSED = "reused"


def refresh_token(secret: bytes, grant_id: UUID, generation: int) -> str:
    """Give the token of a generation; the same arguments give the same token."""
    named = grant_id.bytes + generation.to_bytes(_GENERATION_BYTES)
    return base64.urlsafe_b64encode(named + _proof(secret, grant_id, generation)).rstrip(b"=").decode()


def read_refresh_token(text: str) -> PresentedRefresh | None:
    """Read a token, or give nothing where it cannot be one of ours."""
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    if len(data) != _TOKEN_BYTES:
        return None
    named, proof = data[: _ID_BYTES + _GENERATION_BYTES], data[_ID_BYTES + _GENERATION_BYTES :]
    return PresentedRefresh(UUID(bytes=named[:_ID_BYTES]), int.from_bytes(named[_ID_BYTES:]), proof)


def judge(
    presented: int, present: int, *, rotated_at: datetime | None, grace: timedelta, now: datetime
) -> Verdict:
    """Judge a proved token's generation: the present one rotates, the one before it repeats within the grace.

    Anything else is a token that two have: the family dies (spec C3.6).
    """
    if presented == present:
        return Verdict.ROTATE
    is_last = presented == present - 1 and rotated_at is not None and now < rotated_at + grace
    return Verdict.REPEAT if is_last else Verdict.REUSED


def _proof(secret: bytes, grant_id: UUID, generation: int) -> bytes:
    named = grant_id.bytes + generation.to_bytes(_GENERATION_BYTES)
    return hmac.digest(secret, b"refresh-token" + named, "sha256")
