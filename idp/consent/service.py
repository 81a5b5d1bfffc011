"""What changes consents, and the reads about them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Session

from idp.audit import Event, record
from idp.kernel.storage.database import insert_once
from idp.kernel.storage.prepared import Prepared
from idp.tokens import revoke_grants_to

from .models import Consent

log = structlog.get_logger("consent")
_consent = cast(sa.Table, Consent.__table__)
_SCOPE = Prepared(
    sa.select(_consent.c.scope).where(
        _consent.c.account_id == sa.bindparam("account_id"), _consent.c.client_id == sa.bindparam("client_id")
    )
)


@dataclass(frozen=True, slots=True)
class GivenConsent:
    """What one site may know of a person."""

    client_id: str
    scope: tuple[str, ...]
    given_at: datetime


def consented_scope(session: Session, account_id: UUID, client_id: str) -> frozenset[str]:
    """Give the scopes that a person has agreed to tell a site."""
    return frozenset(_SCOPE.value(session, account_id=account_id, client_id=client_id) or ())


def consents_of(session: Session, account_id: UUID) -> list[GivenConsent]:
    """Give a person's consents, the newest first."""
    wanted = sa.select(_consent).where(_consent.c.account_id == account_id)
    rows = session.execute(wanted.order_by(_consent.c.given_at.desc()))
    return [GivenConsent(row.client_id, tuple(row.scope), row.given_at) for row in rows]


def give_consent(
    session: Session, account_id: UUID, client_id: str, scope: Collection[str], *, now: datetime
) -> None:
    """Remember a consent; what was agreed before stays agreed."""
    everything = sorted(consented_scope(session, account_id, client_id) | set(scope))
    row = {"account_id": account_id, "client_id": client_id, "scope": everything, "given_at": now}
    if not insert_once(session, _consent, row, conflict=["account_id", "client_id"]):
        known = sa.update(_consent).where(*_pair(account_id, client_id))
        session.execute(known.values(scope=everything, given_at=now))
    told = Event("consent.given", account_id, client_id, details={"scope": everything})
    record(session, told, now=now)
    log.info("consent_given", account=str(account_id), client=client_id, scope=everything)


def deny_consent(session: Session, account_id: UUID, client_id: str, *, now: datetime) -> None:
    """Note that a person has said no; what was agreed before stays agreed."""
    record(session, Event("consent.denied", account_id, client_id), now=now)


def withdraw_consent(session: Session, account_id: UUID, client_id: str, *, now: datetime) -> None:
    """Forget a consent and kill the site's tokens at once (spec C9.6)."""
    forget = sa.delete(_consent).where(*_pair(account_id, client_id))
    gone = session.execute(forget.returning(_consent.c.client_id))
    revoke_grants_to(session, account_id, client_id, now=now)
    for withdrawn in gone.scalars():
        record(session, Event("consent.withdrawn", account_id, withdrawn), now=now)
    log.info("consent_withdrawn", account=str(account_id), client=client_id)


def _pair(account_id: UUID, client_id: str) -> tuple[sa.ColumnElement[bool], ...]:
    return (_consent.c.account_id == account_id, _consent.c.client_id == client_id)
