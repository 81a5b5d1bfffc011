"""RFC 6749 §3.3: what the client may not have is dropped; the token says what it got (spec C2.23).

`offline_access` needs no `prompt=consent`: the page names it and asks before it is ever granted, which
is the other condition that OpenID Connect Core §11 allows. Libraries seldom send the prompt.
"""

from ..draft import Draft, World


def run(draft: Draft, _world: World) -> None:
    """Keep what the client is registered for, each once, in the order asked."""
    allowed = draft.known_client().scopes
    asked = dict.fromkeys((draft.one("scope") or "").split())
    draft.scope = tuple(scope for scope in asked if scope in allowed)
    if not draft.scope:
        raise draft.refused("invalid_scope", "none of the scopes is known or allowed to this client")
    draft.consent_scope = draft.scope
