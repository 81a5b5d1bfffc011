"""RFC 9700 §2.1, §4.1.3 and OpenID Connect Core §3.1.2.1: sent, and equal to a registered one, as strings.

OpenID Connect wants it in every request, also where a single one is registered (spec C1.34).
"""

from ..draft import Draft, PushedRequestOver, RedirectUnregistered, World
from ..redirects import is_redirect_of


def run(draft: Draft, _world: World) -> None:
    """Compare letter for letter, the port of an app's loopback address aside."""
    uri, client = draft.one("redirect_uri"), draft.known_client()
    is_native = client.application_type == "native"
    if uri is None or not is_redirect_of(uri, client.redirect_uris, is_native=is_native):
        raise RedirectUnregistered if draft.fault is None or uri else PushedRequestOver
    draft.redirect_uri = uri
