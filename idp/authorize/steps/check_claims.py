"""OpenID Connect Core §5.5, `claims`: single claims of userinfo; the consent shows their scopes.

Claims asked for the ID token are not put there: it stays lean, and all of them are voluntary
(§5.5.1). What belongs to a scope that the client may not have is left out.
"""

import json

from idp.tokens import SCOPE_OF_CLAIM

from ..draft import Draft, World

_LONGEST = 8192


def run(draft: Draft, _world: World) -> None:
    """Read which claims are asked of userinfo."""
    text = draft.one("claims")
    if text is None:
        return
    allowed = draft.known_client().scopes
    asked = [name for name in _userinfo_names(draft, text) if SCOPE_OF_CLAIM.get(name) in allowed]
    draft.claims = tuple(asked)
    draft.consent_scope = tuple(dict.fromkeys([*draft.scope, *(SCOPE_OF_CLAIM[name] for name in asked)]))


def _userinfo_names(draft: Draft, text: str) -> list[str]:
    try:
        parsed = json.loads(text) if len(text) <= _LONGEST else None
    except (ValueError, RecursionError):
        parsed = None
    if not isinstance(parsed, dict):
        raise draft.refused("invalid_request", "claims is not a JSON object")
    wanted = parsed.get("userinfo") or {}
    if not isinstance(wanted, dict):
        raise draft.refused("invalid_request", "claims.userinfo is not a JSON object")
    return list(wanted)
