"""RFC 7636 §4.3, §4.4.1 and RFC 9700 §2.1.1: S256 only; required unless the client is registered without.

A missing method would mean `plain` (RFC 7636 §4.3), so it is refused like `plain` itself.
"""

import re

from ..draft import Draft, World

_S256_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")


def run(draft: Draft, _world: World) -> None:
    """Check the challenge here, not only at the token endpoint (spec C2.8)."""
    challenge, method = draft.one("code_challenge"), draft.one("code_challenge_method")
    if challenge is None and method is None and not draft.known_client().needs_challenge:
        return
    if challenge is None:
        raise draft.refused("invalid_request", "code_challenge is missing")
    if method != "S256":
        raise draft.refused("invalid_request", "code_challenge_method must be S256")
    if not _S256_CHALLENGE.fullmatch(challenge):
        raise draft.refused("invalid_request", "code_challenge is not a SHA-256 in base64url")
    draft.code_challenge = challenge
