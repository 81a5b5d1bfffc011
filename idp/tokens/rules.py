"""Pure rules of the tokens: their claims, and which standard claims a scope opens.

ID tokens stay lean: who, for whom, when and how (OpenID Connect Core §2); names and addresses are at
userinfo only (spec A2, E9).
"""

import base64
import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from idp.kernel.ground.ids import new_secret, parse_id

ID_TOKEN_SECONDS = 3600
# OpenID Connect Core §5.4
CLAIMS_OF_SCOPE: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "profile": (
            "name", "family_name", "given_name", "middle_name", "nickname", "preferred_username",
            "profile", "picture", "website", "gender", "birthdate", "zoneinfo", "locale", "updated_at",
        ),
        "email": ("email", "email_verified"),
        "address": ("address",),
        "phone": ("phone_number", "phone_number_verified"),
    }
)  # fmt: skip
SCOPE_OF_CLAIM = MappingProxyType({c: scope for scope, claims in CLAIMS_OF_SCOPE.items() for c in claims})


@dataclass(frozen=True, slots=True)
class Issue:
    """What tokens are made of: one redeemed code."""

    grant_id: UUID
    client_id: str
    sub: str
    scope: tuple[str, ...]
    auth_time: datetime
    acr: str
    sid: UUID
    nonce: str | None
    claims: tuple[str, ...] = ()
    amr: tuple[str, ...] = ()


def access_claims(issue: Issue, *, issuer: str, audience: str, seconds: int, now: datetime) -> dict[str, Any]:
    """Give the claims of an access token (RFC 9068 §2.2); its `jti` names the grant before the dot."""
    at = int(now.timestamp())
    return {
        "iss": issuer,
        "sub": issue.sub,
        "aud": audience,
        "client_id": issue.client_id,
        "scope": " ".join(issue.scope),
        "jti": f"{issue.grant_id.hex}.{new_secret(16)}",
        "iat": at,
        "exp": at + seconds,
        "auth_time": int(issue.auth_time.timestamp()),
        "acr": issue.acr,
        "sid": str(issue.sid),
    }


def id_claims(issue: Issue, access_token: str, *, issuer: str, now: datetime) -> dict[str, Any]:
    """Give the claims of an ID token (OpenID Connect Core §2, §3.1.3.6)."""
    at = int(now.timestamp())
    claims: dict[str, Any] = {
        "iss": issuer,
        "sub": issue.sub,
        "aud": issue.client_id,
        "iat": at,
        "exp": at + ID_TOKEN_SECONDS,
        "auth_time": int(issue.auth_time.timestamp()),
        "acr": issue.acr,
        "sid": str(issue.sid),
        "at_hash": half_hash(access_token),
    }
    if issue.amr:
        claims["amr"] = list(issue.amr)  # RFC 8176 §1
    return claims if issue.nonce is None else {**claims, "nonce": issue.nonce}


def half_hash(token: str) -> str:
    """Give the left half of a token's SHA-256 in base64url (OpenID Connect Core §3.1.3.6)."""
    left = hashlib.sha256(token.encode("ascii")).digest()[:16]
    return base64.urlsafe_b64encode(left).rstrip(b"=").decode()


def grant_of_jti(jti: object) -> UUID | None:
    """Give the grant that an access token of ours belongs to."""
    return parse_id(jti.partition(".")[0]) if isinstance(jti, str) else None


def told_claims(
    known: Mapping[str, Any], *, scope: Collection[str], asked: Collection[str] = ()
) -> dict[str, Any]:
    """Give the standard claims that scopes open, and single ones asked for, where there is a value."""
    opened = {c for s in scope for c in CLAIMS_OF_SCOPE.get(s, ())} | set(asked)
    return {name: value for name, value in known.items() if name in opened and value not in ("", None, {})}
