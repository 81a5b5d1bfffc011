"""Reads about tokens: is this one good, what does userinfo tell, whom does a hint name.

Whether a grant is in force is one statement: not revoked, its person and its client may act, and its
session lives unless it is offline. The statements are made once: they stand on the hot paths.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from idp.accounts import find_person, is_active_account
from idp.clients import Client, find_client, is_enabled_client
from idp.kernel.crypto.jose import TokenRefused, verify_signature
from idp.kernel.ground.ids import parse_id
from idp.kernel.storage.prepared import Prepared
from idp.keys import KeyRing
from idp.sessions import account_of_session, is_open_session
from idp.settings import ProviderSettings

from .models import Grant, RevokedToken
from .rules import Mandate, grant_of_jti, told_claims

ACCESS_TYPE = "at+jwt"
ID_TYPE = "JWT"
_grant = cast(sa.Table, Grant.__table__)
_revoked = cast(sa.Table, RevokedToken.__table__)
_MANDATE = tuple(field.name for field in fields(Mandate))
_NOW = sa.bindparam("now", type_=_grant.c.created_at.type)
_IN_FORCE = sa.select(_grant).where(
    _grant.c.id == sa.bindparam("grant_id"),
    _grant.c.revoked_at.is_(None),
    is_active_account(_grant.c.account_id),
    is_enabled_client(_grant.c.client_id),
    _grant.c.is_offline | is_open_session(_grant.c.session_id, _NOW),
)
_IS_REVOKED = sa.exists().where(_revoked.c.jti == sa.bindparam("jti"))
_GRANT = Prepared(_IN_FORCE)
_GRANT_OF_TOKEN = Prepared(_IN_FORCE.where(~_IS_REVOKED))
_TOKEN_REVOKED = Prepared(sa.select(_revoked.c.jti).where(_revoked.c.jti == sa.bindparam("jti")))


class BearerRefused(Exception):
    """The access token is not, or no longer, good (RFC 6750 §3.1, `invalid_token`)."""


class ScopeMissing(Exception):
    """The access token is good for other things (RFC 6750 §3.1, `insufficient_scope`)."""


@dataclass(frozen=True, slots=True)
class AccessToken:
    """An access token in force; a client's own has no mandate."""

    claims: Mapping[str, Any]
    mandate: Mandate | None

    @property
    def client_id(self) -> str:
        """Whom the token was issued to."""
        return str(self.claims["client_id"])

    @property
    def jti(self) -> str:
        """The token's own name."""
        return str(self.claims["jti"])

    @property
    def audience(self) -> tuple[str, ...]:
        """Whom the token is for."""
        named = self.claims["aud"]
        return tuple(named) if isinstance(named, list) else (str(named),)

    @property
    def expires_at(self) -> datetime:
        """When the token ends by itself."""
        return datetime.fromtimestamp(self.claims["exp"], UTC)


@dataclass(frozen=True, slots=True)
class Family:
    """A family of refresh tokens in force; the secret is sealed."""

    mandate: Mandate
    sealed_secret: bytes
    generation: int
    rotated_at: datetime | None
    created_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Told:
    """What userinfo tells of whom to which client."""

    client: Client
    account_id: UUID
    claims: Mapping[str, Any]


class Hint:
    """A verified id_token_hint: whose, for which client, of which session."""

    __slots__ = ("audience", "sid", "sub")

    def __init__(self, claims: Mapping[str, Any]) -> None:
        self.sub = str(claims.get("sub"))
        self.audience = str(claims.get("aud"))
        self.sid = str(claims.get("sid"))


def read_hint(token: str, *, ring: KeyRing, settings: ProviderSettings) -> Hint | None:
    """Give what an ID token of ours says, also after its time (OpenID Connect Core §3.1.2.1), or nothing.

    A signed userinfo answer is of the same kind and no ID token: it has no end.
    """
    try:
        verified = verify_signature(token, ring.keys_for(token), algorithms=["ES256", "RS256"], typ=ID_TYPE)
    except TokenRefused:
        return None
    is_ours = verified.claims.get("iss") == settings.issuer and "exp" in verified.claims
    return Hint(verified.claims) if is_ours else None


def account_hinted(session: Session, hint: Hint) -> UUID | None:
    """Give whose ID token a hint was: a pairwise subject says it through its session alone."""
    session_id = parse_id(hint.sid)
    account_id = account_of_session(session, session_id) if session_id else None
    return account_id or parse_id(hint.sub)


def read_access_token(
    session: Session, token: str, *, ring: KeyRing, settings: ProviderSettings, now: datetime
) -> AccessToken:
    """Give an access token of ours that is in force, whomever it is for, having looked at the database.

    Raises BearerRefused for one that is forged, over, revoked, of an ended session, or of a person or
    client that may not act.
    """
    claims = verified_claims(token, ring=ring, settings=settings)
    if claims["exp"] <= now.timestamp():
        raise BearerRefused("exp")
    grant_id = grant_of_jti(claims.get("jti"))
    if grant_id is None:
        return _own_token(session, claims)
    row = _GRANT_OF_TOKEN.first(session, grant_id=grant_id, jti=claims["jti"], now=now)
    if row is None:
        raise BearerRefused("grant")
    return AccessToken(claims, _mandate(row))


def verified_claims(token: str, *, ring: KeyRing, settings: ProviderSettings) -> Mapping[str, Any]:
    """Give the claims of an access token that we have signed, also after its time; raises BearerRefused."""
    try:
        verified = verify_signature(token, ring.keys_for(token), algorithms=["ES256"], typ=ACCESS_TYPE)
    except TokenRefused as refused:
        raise BearerRefused(str(refused)) from None
    if verified.claims.get("iss") != settings.issuer:
        raise BearerRefused("iss")
    return verified.claims


def find_family(session: Session, grant_id: UUID, *, now: datetime) -> Family | None:
    """Give a family of refresh tokens in force, or nothing."""
    row = _GRANT.first(session, grant_id=grant_id, now=now)
    if row is None or row.refresh_secret is None or row.expires_at <= now:
        return None
    return Family(
        mandate=_mandate(row),
        sealed_secret=row.refresh_secret,
        generation=row.generation,
        rotated_at=row.rotated_at,
        created_at=row.created_at,
        expires_at=row.expires_at,
    )


def last_uses_of(session: Session, account_id: UUID) -> Mapping[str, datetime]:
    """Give when a person last went to each site, by client."""
    newest = sa.select(_grant.c.client_id, sa.func.max(_grant.c.created_at).label("at"))
    rows = session.execute(newest.where(_grant.c.account_id == account_id).group_by(_grant.c.client_id))
    return {row.client_id: row.at for row in rows}


def userinfo(
    session: Session, token: str, *, ring: KeyRing, settings: ProviderSettings, now: datetime
) -> Told:
    """Give what a token may learn (OpenID Connect Core §5.3.2), having looked at the database at once.

    Raises BearerRefused for a token that is not in force or is for somebody else, ScopeMissing for one
    without `openid`.
    """
    access = read_access_token(session, token, ring=ring, settings=settings, now=now)
    mandate = access.mandate
    if mandate is None or settings.api_audience not in access.audience:
        raise BearerRefused("aud")
    scope = str(access.claims["scope"]).split()
    if "openid" not in scope:
        raise ScopeMissing
    person, client = find_person(session, mandate.account_id), find_client(session, mandate.client_id)
    if person is None or client is None:
        raise BearerRefused("account")
    told = told_claims(person.standard_claims(), scope=scope, asked=mandate.claims)
    return Told(client, person.id, told)


def sites_of_session(session: Session, session_id: UUID) -> list[str]:
    """Give the clients that a session has ever signed a person in at: their access may be over already."""
    wanted = sa.select(_grant.c.client_id).where(_grant.c.session_id == session_id).distinct()
    return list(session.execute(wanted.order_by(_grant.c.client_id)).scalars())


def claims_for_id_token(session: Session, mandate: Mandate) -> Mapping[str, Any]:
    """Give the standard claims that a request wants in the ID token (OpenID Connect Core §5.5)."""
    if not mandate.id_token_claims:
        return {}
    person = find_person(session, mandate.account_id)
    return told_claims(person.standard_claims(), scope=(), asked=mandate.id_token_claims) if person else {}


def _own_token(session: Session, claims: Mapping[str, Any]) -> AccessToken:
    """Give a client's own token when it is not revoked and the client may still act."""
    if _TOKEN_REVOKED.value(session, jti=claims["jti"]):
        raise BearerRefused("revoked")
    if find_client(session, str(claims["client_id"])) is None:
        raise BearerRefused("client")
    return AccessToken(claims, None)


def _mandate(row: Any) -> Mandate:
    return Mandate(**{name: _value(getattr(row, name)) for name in _MANDATE})


def _value(stored: Any) -> Any:
    return tuple(stored) if isinstance(stored, list) else stored
