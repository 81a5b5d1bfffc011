"""What changes grants, and the making of tokens. Tokens are made outside of transactions."""

from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from idp.clients import Client
from idp.kernel.crypto.jose import sign
from idp.keys import KeyRing
from idp.settings import ProviderSettings

from .models import Grant
from .rules import Issue, access_claims, id_claims

ACCESS_TYPE = "at+jwt"
ID_TYPE = "JWT"
_grant = cast(sa.Table, Grant.__table__)


@dataclass(frozen=True, slots=True)
class Tokens:
    """What the token endpoint answers (RFC 6749 §5.1); no ID token without the scope `openid`."""

    access_token: str
    expires_in: int
    scope: str
    id_token: str | None


def open_grant(session: Session, issue: Issue, account_id: UUID, *, now: datetime) -> None:
    """Store the grant that tokens are checked against at once."""
    session.execute(
        sa.insert(_grant).values(
            id=issue.grant_id,
            account_id=account_id,
            client_id=issue.client_id,
            session_id=issue.sid,
            scope=list(issue.scope),
            claims=list(issue.claims),
            created_at=now,
        )
    )


def revoke_grant(session: Session, grant_id: UUID, *, now: datetime) -> None:
    """Kill every token of a grant."""
    _revoke(session, _grant.c.id == grant_id, now=now)


def revoke_grants_to(session: Session, account_id: UUID, client_id: str, *, now: datetime) -> None:
    """Kill every token by which a site acts for a person."""
    _revoke(session, _grant.c.account_id == account_id, _grant.c.client_id == client_id, now=now)


def revoke_grants_of(session: Session, account_id: UUID, *, now: datetime) -> None:
    """Kill every token of a person."""
    _revoke(session, _grant.c.account_id == account_id, now=now)


def revoke_grants_by(session: Session, client_id: str, *, now: datetime) -> None:
    """Kill every token of a client."""
    _revoke(session, _grant.c.client_id == client_id, now=now)


def forget_old_grants(session: Session, *, before: datetime) -> None:
    """Drop grants from before a time: all their tokens have expired long ago."""
    session.execute(sa.delete(_grant).where(_grant.c.created_at < before))


def make_tokens(
    issue: Issue, client: Client, *, ring: KeyRing, settings: ProviderSettings, now: datetime
) -> Tokens:
    """Sign an access token and, for OpenID requests, an ID token in the client's algorithm."""
    seconds = settings.access_token_seconds
    claims = access_claims(
        issue, issuer=settings.issuer, audience=settings.api_audience, seconds=seconds, now=now
    )
    access = sign(claims, ring.signing("ES256"), "ES256", typ=ACCESS_TYPE)
    id_token = None
    if "openid" in issue.scope:
        algorithm = client.id_token_algorithm
        lean = id_claims(issue, access, issuer=settings.issuer, now=now)
        id_token = sign(lean, ring.signing(algorithm), algorithm, typ=ID_TYPE)
    return Tokens(access, seconds, " ".join(issue.scope), id_token)


def _revoke(session: Session, *which: sa.ColumnElement[bool], now: datetime) -> None:
    session.execute(sa.update(_grant).where(*which, _grant.c.revoked_at.is_(None)).values(revoked_at=now))
