"""RFC 6749 §3.3: what the client may not have is dropped; the token says what it got (spec C2.23)."""

from ..draft import Draft, World


def run(draft: Draft, _world: World) -> None:
    """Keep what the client is registered for, each once, in the order asked."""
    allowed = draft.known_client().scopes
    asked = dict.fromkeys((draft.one("scope") or "").split())
    draft.scope = tuple(scope for scope in asked if scope in allowed)
    if not draft.scope:
        raise draft.refused("invalid_scope", "none of the scopes is known or allowed to this client")
    draft.consent_scope = draft.scope
