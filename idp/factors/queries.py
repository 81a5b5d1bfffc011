"""Reads of the factors."""

from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from .models import RecoveryCode, RememberedDevice, Totp

_totp = cast(sa.Table, Totp.__table__)
_code = cast(sa.Table, RecoveryCode.__table__)
_device = cast(sa.Table, RememberedDevice.__table__)


@dataclass(frozen=True, slots=True)
class App:
    """An app with one-time codes."""

    created_at: datetime
    last_used_at: datetime | None


@dataclass(frozen=True, slots=True)
class Device:
    """A browser in which the factor is not asked."""

    id: UUID
    browser: str
    created_at: datetime
    expires_at: datetime


def has_totp(session: Session, account_id: UUID) -> bool:
    """Say whether a person has an app with one-time codes."""
    wanted = sa.select(_totp.c.account_id).where(_totp.c.account_id == account_id)
    return session.execute(wanted).first() is not None


def find_app(session: Session, account_id: UUID) -> App | None:
    """Give a person's app, or nothing."""
    row = session.execute(sa.select(_totp).where(_totp.c.account_id == account_id)).first()
    return App(row.created_at, row.last_used_at) if row else None


def recovery_codes_left(session: Session, account_id: UUID) -> int:
    """Give how many codes on paper are still good."""
    unused = sa.select(sa.func.count()).where(_code.c.account_id == account_id, _code.c.used_at.is_(None))
    return int(session.execute(unused).scalar_one())


def devices_of(session: Session, account_id: UUID, *, now: datetime) -> list[Device]:
    """Give the browsers in which a person is not asked, the newest first."""
    wanted = sa.select(_device).where(_device.c.account_id == account_id, _device.c.expires_at > now)
    rows = session.execute(wanted.order_by(_device.c.created_at.desc()))
    return [Device(row.id, row.browser, row.created_at, row.expires_at) for row in rows]
