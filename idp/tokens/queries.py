"""Reads about tokens: is this one good, what does userinfo tell, whom does a hint name."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from idp.accounts import find_person
from idp.kernel.crypto.jose import TokenRefused, verify, verify_signature
from idp.keys import KeyRing
from idp.sessions import is_session_live
from idp.settings import ProviderSettings

from .models import Grant
from .rules import grant_of_jti, told_claims
from .service import ACCESS_TYPE, ID_TYPE

_grant = cast(sa.Table, Grant.__table__)


class BearerRefused(Exception):
    """The access token is not, or no longer, good (RFC 6750 §3.1, `invalid_token`)."""


class ScopeMissing(Exception):
    """The access token is good for other things (RFC 6750 §3.1, `insufficient_scope`)."""


class Hint:
    """A verified id_token_hint: whose, for which client, of which session."""

    __slots__ = ("audience", "sid", "sub")

    def __init__(self, claims: Mapping[str, Any]) -> None:
        self.sub = str(claims.get("sub"))
        self.audience = str(claims.get("aud"))
        self.sid = str(claims.get("sid"))


def read_hint(token: str, *, ring: KeyRing, settings: ProviderSettings) -> Hint | None:
    """Give what an ID token of ours says, also after its time (OpenID Connect Core §3.1.2.1), or nothing."""
    try:
        verified = verify_signature(token, ring.keys_for(token), algorithms=["ES256", "RS256"], typ=ID_TYPE)
    except TokenRefused:
        return None
    return Hint(verified.claims) if verified.claims.get("iss") == settings.issuer else None


def userinfo(
    session: Session, token: str, *, ring: KeyRing, settings: ProviderSettings, now: datetime
) -> dict[str, Any]:
    """Give what a token may learn (OpenID Connect Core §5.3.2), having looked at the database at once.

    Raises BearerRefused for a token that is forged, over, revoked, of an ended session or of a
    closed account, ScopeMissing for one without `openid`.
    """
    row = _grant_in_force(session, _verified_jti(token, ring, settings, now))
    if not is_session_live(session, row.session_id, now=now):
        raise BearerRefused("session")
    person = find_person(session, row.account_id)
    if person is None:
        raise BearerRefused("account")
    if "openid" not in row.scope:
        raise ScopeMissing
    return {"sub": person.sub, **told_claims(person.standard_claims(), scope=row.scope, asked=row.claims)}


def sites_of_session(session: Session, session_id: UUID) -> list[str]:
    """Give the clients that a session has ever signed a person in at: their access may be over already."""
    wanted = sa.select(_grant.c.client_id).where(_grant.c.session_id == session_id).distinct()
    return list(session.execute(wanted.order_by(_grant.c.client_id)).scalars())


def _verified_jti(token: str, ring: KeyRing, settings: ProviderSettings, now: datetime) -> UUID:
    try:
        verified = verify(
            token, ring.keys_for(token), algorithms=["ES256"], typ=ACCESS_TYPE,
            issuer=settings.issuer, audience=settings.api_audience, now=now,
        )  # fmt: skip
    except TokenRefused as refused:
        raise BearerRefused(str(refused)) from None
    grant_id = grant_of_jti(verified.claims.get("jti"))
    if grant_id is None:
        raise BearerRefused("jti")
    return grant_id


def _grant_in_force(session: Session, grant_id: UUID) -> sa.Row[Any]:
    wanted = sa.select(_grant).where(_grant.c.id == grant_id, _grant.c.revoked_at.is_(None))
    row = session.execute(wanted).first()
    if row is None:
        raise BearerRefused("grant")
    return row
