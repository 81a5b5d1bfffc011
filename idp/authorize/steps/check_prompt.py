"""OpenID Connect Core §3.1.2.1, `prompt`: known words, and `none` only alone.

`create` is of Initiating User Registration via OpenID Connect 1.0 §4.
"""

from ..capabilities import PROMPTS
from ..draft import Draft, World


def run(draft: Draft, _world: World) -> None:
    """Read the words."""
    words = tuple(dict.fromkeys((draft.one("prompt") or "").split()))
    if any(word not in PROMPTS for word in words):
        raise draft.refused("invalid_request", "this prompt is not supported")
    if "none" in words and len(words) > 1:
        raise draft.refused("invalid_request", "prompt=none goes with no other")
    draft.prompt = words
