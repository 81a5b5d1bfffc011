"""OpenID Connect Core §3.1.2.1, `acr_values`: levels in order of preference, a wish and never an error.

What is no level of ours is dropped. A later step may add what `claims` asks for.
"""

from idp.accounts import LEVELS

from ..draft import Draft, World


def run(draft: Draft, _world: World) -> None:
    """Read the levels asked for, each once."""
    asked = dict.fromkeys((draft.one("acr_values") or "").split())
    draft.acr_values = tuple(level for level in asked if level in LEVELS)
