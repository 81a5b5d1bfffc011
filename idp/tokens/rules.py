"""Pure rules of the tokens: their claims, and which standard claims a scope opens.

ID tokens stay lean: who, for whom, when and how (OpenID Connect Core §2); names and addresses are at
userinfo only (spec A2, E9).
"""

import base64
import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Mandate:
    """What a person has let a site do: the lasting part of a grant, from the code to the last refresh.

    `resources` are the audiences granted (RFC 8707), none for the API alone; an offline mandate
    outlives its session (OpenID Connect Core §11).
    """

    id: UUID
    account_id: UUID
    client_id: str
    session_id: UUID | None
    is_offline: bool
    scope: tuple[str, ...]
    claims: tuple[str, ...]
    id_token_claims: tuple[str, ...]
    resources: tuple[str, ...]
    auth_time: datetime
    acr: str
    amr: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """What one answer's tokens are made of; without a mandate they are the client's own.

    `told` are the claims that the request wants in the ID token.
    """

    client_id: str
    scope: tuple[str, ...]
    audience: tuple[str, ...]
    mandate: Mandate | None = None
    nonce: str | None = None
    told: Mapping[str, Any] = field(default_factory=dict)


def access_claims(issue: Issue, sub: str, *, issuer: str, seconds: int, now: datetime) -> dict[str, Any]:
    """Give the claims of an access token (RFC 9068 §2.2); its `jti` names the grant before the dot."""
    at, audience = int(now.timestamp()), issue.audience
    claims = {
        "iss": issuer,
        "sub": sub,
        "aud": audience[0] if len(audience) == 1 else list(audience),
        "client_id": issue.client_id,
        "scope": " ".join(issue.scope),
        "jti": new_secret(16),
        "iat": at,
        "exp": at + seconds,
    }
    if issue.mandate is None:
        return claims
    return {**claims, "jti": f"{issue.mandate.id.hex}.{claims['jti']}", **_sign_in_claims(issue.mandate)}


def id_claims(
    issue: Issue, mandate: Mandate, sub: str, access_token: str, *, issuer: str, now: datetime
) -> dict[str, Any]:
    """Give the claims of an ID token (OpenID Connect Core §2, §3.1.3.6); nothing told overrides them."""
    at = int(now.timestamp())
    methods = {"amr": list(mandate.amr)} if mandate.amr else {}  # RFC 8176 §1
    claims = {
        **issue.told,
        **methods,
        "iss": issuer,
        "sub": sub,
        "aud": issue.client_id,
        "iat": at,
        "exp": at + ID_TOKEN_SECONDS,
        **_sign_in_claims(mandate),
        "at_hash": half_hash(access_token),
    }
    return claims if issue.nonce is None else {**claims, "nonce": issue.nonce}


def _sign_in_claims(mandate: Mandate) -> dict[str, Any]:
    claims: dict[str, Any] = {"auth_time": int(mandate.auth_time.timestamp()), "acr": mandate.acr}
    if mandate.session_id is not None:
        claims["sid"] = str(mandate.session_id)
    return claims


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


def audience_of(granted: Sequence[str], asked: Sequence[str], *, api_audience: str) -> tuple[str, ...] | None:
    """Give an access token's audience, or nothing for one that was not granted (RFC 8707 §2.2).

    Who asks for nothing gets all that was granted; where no resource was granted, the API.
    """
    possible = tuple(granted) or (api_audience,)
    if not asked:
        return possible
    return tuple(dict.fromkeys(asked)) if set(asked) <= set(possible) else None


def is_resource(uri: str) -> bool:
    """Say whether a text is an absolute URI without a fragment (RFC 8707 §2)."""
    scheme, colon, rest = uri.partition(":")
    return bool(scheme and colon and rest) and "#" not in uri and uri.isascii() and uri.isprintable()
