"""Tokens: access and ID tokens, refresh families, the grants behind them, and what userinfo tells.

Leaves to its neighbours: how a grant comes about (grants) and whether a person agreed (consent).
"""

from typing import TYPE_CHECKING

from idp.kernel.ground.faces import later

from .families import (
    REFRESH_PURPOSE,
    SECRET_BYTES,
    PresentedRefresh,
    Verdict,
    judge,
    read_refresh_token,
    refresh_token,
)
from .rules import (
    CLAIMS_OF_SCOPE,
    SCOPE_OF_CLAIM,
    Issue,
    Mandate,
    audience_of,
    is_resource,
)

if TYPE_CHECKING:
    from .queries import (
        AccessToken,
        BearerRefused,
        Family,
        Hint,
        account_hinted,
        claims_for_id_token,
        find_family,
        last_uses_of,
        read_access_token,
        read_hint,
        sites_of_session,
        verified_claims,
    )
    from .routes_subjects import subject_for
    from .service import (
        Tokens,
        advance_family,
        make_tokens,
        open_grant,
        revoke_access_token,
        revoke_grant,
        revoke_grants_by,
        revoke_grants_of,
        revoke_grants_to,
    )

__all__ = [
    "CLAIMS_OF_SCOPE",
    "REFRESH_PURPOSE",
    "SCOPE_OF_CLAIM",
    "SECRET_BYTES",
    "AccessToken",
    "BearerRefused",
    "Family",
    "Hint",
    "Issue",
    "Mandate",
    "PresentedRefresh",
    "Tokens",
    "Verdict",
    "account_hinted",
    "advance_family",
    "audience_of",
    "claims_for_id_token",
    "find_family",
    "is_resource",
    "judge",
    "last_uses_of",
    "make_tokens",
    "open_grant",
    "read_access_token",
    "read_hint",
    "read_refresh_token",
    "refresh_token",
    "revoke_access_token",
    "revoke_grant",
    "revoke_grants_by",
    "revoke_grants_of",
    "revoke_grants_to",
    "sites_of_session",
    "subject_for",
    "verified_claims",
]

if not TYPE_CHECKING:
    __getattr__ = later(
        __name__,
        queries=(
            "AccessToken",
            "BearerRefused",
            "Family",
            "Hint",
            "account_hinted",
            "claims_for_id_token",
            "find_family",
            "read_access_token",
            "last_uses_of",
            "read_hint",
            "sites_of_session",
            "verified_claims",
        ),
        service=(
            "Tokens",
            "advance_family",
            "make_tokens",
            "open_grant",
            "revoke_access_token",
            "revoke_grant",
            "revoke_grants_by",
            "revoke_grants_of",
            "revoke_grants_to",
        ),
        routes_subjects=("subject_for",),
    )
