"""OAuth 2.0 Multiple Response Type Encoding Practices §2.1: how the answer travels; here in the query."""

from ..draft import Draft, World

SUPPORTED = ("query",)


def run(draft: Draft, _world: World) -> None:
    """Refuse what we do not do; `fragment` would show the code to scripts."""
    mode = draft.one("response_mode")
    if mode is not None and mode not in SUPPORTED:
        raise draft.refused("invalid_request", "this response_mode is not supported")
