"""RFC 6749 §3.1: parameters must not be included more than once; RFC 8707 §2 excepts `resource`."""

from ..draft import Draft, World


def run(draft: Draft, _world: World) -> None:
    """Refuse what is sent twice, unknown parameters too: nobody knows which one was meant."""
    if any(len(values) > 1 for name, values in draft.sent.items() if name != "resource"):
        raise draft.refused("invalid_request", "a parameter is sent twice")
