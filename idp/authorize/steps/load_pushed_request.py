"""RFC 9126 §4, RFC 9101 §5.2: `request_uri` names a request that this client has pushed, and nothing else.

No address is ever fetched: a client that has pushed nothing has no `request_uri`.
"""

from ..draft import Draft, Fault, World
from ..pushed import PREFIX, find_pushed


def run(draft: Draft, world: World) -> None:
    """Put what was pushed in the place of what was sent; parameters beside it count for nothing."""
    uri = draft.one("request_uri")
    if uri is None:
        return
    if not uri.startswith(PREFIX):
        draft.fault = Fault("request_uri_not_supported", "request_uri is good for pushed requests only")
        return
    found = find_pushed(world.session, uri, client_id=draft.known_client().id, now=world.now)
    if found is None:
        draft.fault = Fault("invalid_request_uri", "this request_uri is unknown, used or over")
        return
    draft.sent, draft.pushed = found.sent, found.key
