"""OpenID Connect Core §3.1.2.1, `max_age`: whole seconds since the person really signed in."""

from ..draft import Draft, World

_MOST_DIGITS = 10


def run(draft: Draft, _world: World) -> None:
    """Read the seconds."""
    text = draft.one("max_age")
    if text is None:
        return
    if not (text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS):
        raise draft.refused("invalid_request", "max_age is not a number of seconds")
    draft.max_age = int(text)
