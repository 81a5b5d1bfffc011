"""RFC 6749 §4.1.1, `client_id`: exactly one, of a client that may act."""

from idp.clients import find_client

from ..draft import ClientUnknown, Draft, World


def run(draft: Draft, world: World) -> None:
    """Find the client."""
    client_id = draft.one("client_id")
    if client_id is None or "\0" in client_id:
        raise ClientUnknown
    draft.client = find_client(world.session, client_id)
    if draft.client is None:
        raise ClientUnknown
