"""Reads of the accounts, by SQLAlchemy Core: they stand on the provider's hot paths."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from idp.kernel.storage.prepared import Prepared

from .levels import level_of
from .models import Account
from .phones import spoken_phone

_account = cast(sa.Table, Account.__table__)
_FIND = Prepared(
    sa.select(_account).where(_account.c.id == sa.bindparam("account_id"), _account.c.disabled_at.is_(None))
)


@dataclass(frozen=True, slots=True)
class Person:
    """An account as the rest of the provider sees it."""

    id: UUID
    email: str
    email_verified: bool
    phone: str
    phone_verified: bool
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
        return level_of(is_confirmed=self.email_verified or self.phone_verified, proved=self.proved_level)

    @property
    def address(self) -> str:
        """The address by which the person knows the account, as it is shown."""
        return self.email or (spoken_phone(self.phone) if self.phone else "")

    def standard_claims(self) -> dict[str, Any]:
        """Give every standard claim (OpenID Connect Core §5.1) but `sub`; empty where there is no value."""
        mail = {"email": self.email, "email_verified": self.email_verified} if self.email else {}
        phone = {"phone_number": self.phone, "phone_number_verified": self.phone_verified}
        return {
            **self.claims,
            "name": self.name,
            "given_name": self.given_name,
            "family_name": self.family_name,
            "locale": self.locale,
            **mail,
            **(phone if self.phone else {}),
            "updated_at": int(self.updated_at.timestamp()),
        }


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a password is checked against."""

    account_id: UUID
    password_hash: str | None


def find_person(session: Session, account_id: UUID) -> Person | None:
    """Give a person who may act, or nothing."""
    row = _FIND.first(session, account_id=account_id)
    return _person(row) if row else None


def is_active_account(account_id: sa.ColumnElement[UUID]) -> sa.ColumnElement[bool]:
    """Give the condition, for a statement of a neighbour's, that an account may act."""
    return sa.exists().where(_account.c.id == account_id, _account.c.disabled_at.is_(None))


def find_credentials(session: Session, key: str) -> Credentials | None:
    """Give what the password of a login name is checked against, or nothing."""
    t = _account
    wanted = sa.select(t.c.id, t.c.password_hash).where(_login(key) == key, t.c.disabled_at.is_(None))
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
    wanted = sa.select(_account.c.id).where(_login(key) == key)
    return cast("UUID | None", session.execute(wanted).scalar())


def _login(key: str) -> sa.Column[str]:
    """Give the unique column in which a login name of this kind stands: one look-up, whichever it is."""
    return _account.c.login_key if "@" in key else _account.c.phone_key


def _person(row: Any) -> Person:
    return Person(
        id=row.id,
        email=row.email or "",
        email_verified=row.email_verified_at is not None,
        phone=row.phone or "",
        phone_verified=row.phone_verified_at is not None,
        name=row.name,
        given_name=row.given_name,
        family_name=row.family_name,
        locale=row.locale,
        claims=row.claims,
        updated_at=row.updated_at,
        proved_level=row.level,
    )
