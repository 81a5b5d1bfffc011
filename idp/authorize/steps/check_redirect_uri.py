"""RFC 9700 §2.1, §4.1.3 and OpenID Connect Core §3.1.2.1: sent, and equal to a registered one, as strings.

OpenID Connect wants it in every request, also where a single one is registered (spec C1.34).
"""

from ..draft import Draft, RedirectUnregistered, World


def run(draft: Draft, _world: World) -> None:
    """Compare letter for letter."""
    uri = draft.one("redirect_uri")
    if uri is None or uri not in draft.known_client().redirect_uris:
        raise RedirectUnregistered
    draft.redirect_uri = uri
