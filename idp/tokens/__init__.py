"""Tokens: access and ID tokens, the grants behind them, and what userinfo tells.

Leaves to its neighbours: how a grant comes about (grants) and whether a person agreed (consent).
"""

from typing import TYPE_CHECKING

from idp.kernel.ground.faces import later

from .rules import CLAIMS_OF_SCOPE, SCOPE_OF_CLAIM, Issue

if TYPE_CHECKING:
    from .queries import Hint, read_hint, sites_of_session
    from .service import (
        Tokens,
        make_tokens,
        open_grant,
        revoke_grant,
        revoke_grants_by,
        revoke_grants_of,
        revoke_grants_to,
    )

__all__ = [
    "CLAIMS_OF_SCOPE",
    "SCOPE_OF_CLAIM",
    "Hint",
    "Issue",
    "Tokens",
    "make_tokens",
    "open_grant",
    "read_hint",
    "revoke_grant",
    "revoke_grants_by",
    "revoke_grants_of",
    "revoke_grants_to",
    "sites_of_session",
]

if not TYPE_CHECKING:
    __getattr__ = later(
        __name__,
        queries=(
            "Hint",
            "read_hint",
            "sites_of_session",
        ),
        service=(
            "Tokens",
            "make_tokens",
            "open_grant",
            "revoke_grant",
            "revoke_grants_by",
            "revoke_grants_of",
            "revoke_grants_to",
        ),
    )
