"""Pure rules of the consent: what is asked beyond what was agreed to.

A site asks for scopes, and by the parameter `claims` for single claims; the latter are kept with a mark
before their name. Who has agreed to a scope has agreed to every claim in it.
"""

from collections.abc import Collection

from idp.tokens import SCOPE_OF_CLAIM

CLAIM = "claim:"


def is_covered(asked: Collection[str], agreed: Collection[str]) -> bool:
    """Say whether everything asked was agreed to."""
    return all(one in agreed or _scope_of(one) in agreed for one in asked)


def _scope_of(asked: str) -> str | None:
    return SCOPE_OF_CLAIM.get(asked.removeprefix(CLAIM)) if asked.startswith(CLAIM) else None
