"""What changes grants, and the making of tokens. Tokens are made outside of transactions."""

from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from idp.clients import Client
from idp.kernel.crypto.jose import sign
from idp.kernel.storage.batches import delete_batch
from idp.kernel.storage.database import insert_once
from idp.kernel.storage.prepared import Prepared, prepare_insert
from idp.keys import KeyRing
from idp.settings import ProviderSettings

from .models import Grant, RevokedToken
from .queries import ACCESS_TYPE, ID_TYPE, AccessToken, Family
from .rules import Issue, Mandate, access_claims, id_claims

# A used code is kept for a day, and its replay still has to find the grant.
_WITHOUT_REFRESH = timedelta(days=1)
_grant = cast(sa.Table, Grant.__table__)
_revoked = cast(sa.Table, RevokedToken.__table__)
_MANDATE = tuple(field.name for field in fields(Mandate))
_OPEN = prepare_insert(_grant, *_MANDATE, "refresh_secret", "generation", "created_at", "expires_at")
_ADVANCE = Prepared(
    sa.update(_grant)
    .where(
        _grant.c.id == sa.bindparam("family"),
        _grant.c.generation == sa.bindparam("present"),
        _grant.c.revoked_at.is_(None),
    )
    .values(
        generation=_grant.c.generation + 1,
        rotated_at=sa.bindparam("at"),
        expires_at=sa.bindparam("until"),
    )
)


@dataclass(frozen=True, slots=True)
class Tokens:
    """What the token endpoint answers (RFC 6749 §5.1); no ID token without the scope `openid`."""

    access_token: str
    expires_in: int
    scope: str
    id_token: str | None


def open_grant(
    session: Session,
    mandate: Mandate,
    *,
    refresh_secret: bytes | None,
    settings: ProviderSettings,
    now: datetime,
) -> None:
    """Store the grant that tokens are checked against at once; with a sealed secret it has a family."""
    values = {name: _stored(getattr(mandate, name)) for name in _MANDATE}
    until = now + _WITHOUT_REFRESH if refresh_secret is None else refresh_end(now, settings=settings, now=now)
    _OPEN.change(
        session, **values, refresh_secret=refresh_secret, generation=0, created_at=now, expires_at=until
    )


def refresh_end(created_at: datetime, *, settings: ProviderSettings, now: datetime) -> datetime:
    """Give when a family used now dies: idle too long, or at its absolute end (spec C3.4)."""
    idle = now + timedelta(days=settings.refresh_idle_days)
    return min(idle, created_at + timedelta(days=settings.refresh_absolute_days))


def advance_family(session: Session, family: Family, *, settings: ProviderSettings, now: datetime) -> bool:
    """Use up the present generation of a family; false for all but one caller in a race."""
    until = refresh_end(family.created_at, settings=settings, now=now)
    changed = _ADVANCE.change(
        session, family=family.mandate.id, present=family.generation, at=now, until=until
    )
    return changed == 1


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


def revoke_access_token(session: Session, token: AccessToken) -> None:
    """Kill one access token and no other (RFC 7009 §2.1)."""
    insert_once(session, _revoked, {"jti": token.jti, "expires_at": token.expires_at}, conflict=["jti"])


def forget_old_grants(session: Session, *, before: datetime) -> int:
    """Drop grants that ended before a time: all their tokens expired long ago."""
    return delete_batch(session, _grant, _grant.c.expires_at < before)


def forget_old_revocations(session: Session, *, before: datetime) -> int:
    """Drop revocations of single tokens that would have ended before a time."""
    return delete_batch(session, _revoked, _revoked.c.expires_at < before)


def make_tokens(
    issue: Issue, client: Client, sub: str, *, ring: KeyRing, settings: ProviderSettings, now: datetime
) -> Tokens:
    """Sign an access token and, for OpenID requests, an ID token in the client's algorithm."""
    seconds, mandate = settings.access_token_seconds, issue.mandate
    claims = access_claims(issue, sub, issuer=settings.issuer, seconds=seconds, now=now)
    access = sign(claims, ring.signing("ES256"), "ES256", typ=ACCESS_TYPE)
    id_token = None
    if mandate and "openid" in issue.scope:
        algorithm = client.id_token_algorithm
        lean = id_claims(issue, mandate, sub, access, issuer=settings.issuer, now=now)
        id_token = sign(lean, ring.signing(algorithm), algorithm, typ=ID_TYPE)
    return Tokens(access, seconds, " ".join(issue.scope), id_token)


def _stored(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def _revoke(session: Session, *which: sa.ColumnElement[bool], now: datetime) -> None:
    session.execute(sa.update(_grant).where(*which, _grant.c.revoked_at.is_(None)).values(revoked_at=now))
