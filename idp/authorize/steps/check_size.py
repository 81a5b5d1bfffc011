"""RFC 6749 §10 in general, spec C2.17: what nobody needs is refused, and never cut."""

from ..draft import Draft, RequestTooLong, World

MOST_PARAMETERS = 60
LONGEST_SENT_BACK = 4096
_SENT_BACK_OR_COMPARED = ("state", "nonce", "client_id", "redirect_uri")


def run(draft: Draft, _world: World) -> None:
    """Refuse with a page, as a shortened answer would mislead the client."""
    if len(draft.sent) > MOST_PARAMETERS:
        raise RequestTooLong
    for name in _SENT_BACK_OR_COMPARED:
        if any(len(value) > LONGEST_SENT_BACK for value in draft.sent.get(name, ())):
            raise RequestTooLong
