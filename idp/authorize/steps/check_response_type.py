"""RFC 6749 §3.1.1 and RFC 9700 §2.1.2: `code` alone; nothing that sends tokens through the browser."""

from ..draft import Draft, World


def run(draft: Draft, _world: World) -> None:
    """Refuse everything but code."""
    asked = draft.one("response_type")
    if asked is None:
        raise draft.refused("invalid_request", "response_type is missing")
    if asked != "code":
        raise draft.refused("unsupported_response_type", "only response_type=code is supported")
