"""RFC 9126 §5, `require_pushed_authorization_requests`: some clients send nothing by the browser."""

from ..draft import Draft, World


def run(draft: Draft, _world: World) -> None:
    """Refuse what such a client did not push."""
    if draft.known_client().require_par and draft.pushed is None:
        raise draft.refused("invalid_request", "this client pushes its requests to the endpoint for that")
