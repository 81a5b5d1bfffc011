"""Reads of the accounts, by SQLAlchemy Core: they stand on the provider's hot paths."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from .levels import level_of
from .models import Account

_account = cast(sa.Table, Account.__table__)


@dataclass(frozen=True, slots=True)
class Person:
    """An account as the rest of the provider sees it."""

    id: UUID
    email: str
    email_verified: bool
    name: str
    given_name: str
    family_name: str
    locale: str
    claims: Mapping[str, Any]
    updated_at: datetime
    proved_level: str | None = None

    @property
    def sub(self) -> str:
        """The subject identifier (OpenID Connect Core §2): never given to another person."""
        return str(self.id)

    @property
    def level(self) -> str:
        """The highest level that the account has; what a session may tell of it is `told_level`'s."""
        return level_of(is_confirmed=self.email_verified, proved=self.proved_level)


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a password is checked against."""

    account_id: UUID
    password_hash: str | None


def find_person(session: Session, account_id: UUID) -> Person | None:
    """Give a person who may act, or nothing."""
    t = _account
    row = session.execute(sa.select(t).where(t.c.id == account_id, t.c.disabled_at.is_(None))).first()
    return _person(row) if row else None


def find_credentials(session: Session, key: str) -> Credentials | None:
    """Give what the password of a login name is checked against, or nothing."""
    t = _account
    wanted = sa.select(t.c.id, t.c.password_hash).where(t.c.login_key == key, t.c.disabled_at.is_(None))
    row = session.execute(wanted).first()
    return Credentials(row.id, row.password_hash) if row else None


def find_credentials_of(session: Session, account_id: UUID) -> Credentials | None:
    """Give what the password of a known person is checked against, or nothing."""
    t = _account
    wanted = sa.select(t.c.id, t.c.password_hash).where(t.c.id == account_id, t.c.disabled_at.is_(None))
    row = session.execute(wanted).first()
    return Credentials(row.id, row.password_hash) if row else None


def find_owner(session: Session, key: str) -> UUID | None:
    """Give the account that has proved an address to be its own, or nothing."""
    wanted = sa.select(_account.c.id).where(_account.c.login_key == key)
    return cast("UUID | None", session.execute(wanted).scalar())


def _person(row: sa.Row[Any]) -> Person:
    return Person(
        id=row.id,
        email=row.email,
        email_verified=row.email_verified_at is not None,
        name=row.name,
        given_name=row.given_name,
        family_name=row.family_name,
        locale=row.locale,
        claims=row.claims,
        updated_at=row.updated_at,
        proved_level=row.level,
    )
