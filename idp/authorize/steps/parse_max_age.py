"""OpenID Connect Core §3.1.2.1, `max_age`: whole seconds since the person really signed in.

Where it is not sent the client's own `default_max_age` counts (OpenID Connect Registration §2).
"""

from ..draft import Draft, World

_MOST_DIGITS = 10


def run(draft: Draft, _world: World) -> None:
    """Read the seconds."""
    text = draft.one("max_age")
    if text is None:
        draft.max_age = draft.known_client().default_max_age
        return
    if not (text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS):
        raise draft.refused("invalid_request", "max_age is not a number of seconds")
    draft.max_age = int(text)
