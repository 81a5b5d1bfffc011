"""Reads of the passkeys."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from .models import Passkey

_passkey = cast(sa.Table, Passkey.__table__)


@dataclass(frozen=True, slots=True)
class RegisteredPasskey:
    """A passkey as pages and ceremonies see it."""

    id: UUID
    account_id: UUID
    credential_id: str
    public_key: bytes
    sign_count: int
    is_shared: bool
    transports: tuple[str, ...]
    name: str
    created_at: datetime
    last_used_at: datetime | None


def has_passkey(session: Session, account_id: UUID) -> bool:
    """Say whether a person has any passkey."""
    wanted = sa.select(_passkey.c.id).where(_passkey.c.account_id == account_id).limit(1)
    return session.execute(wanted).first() is not None


def passkeys_of(session: Session, account_id: UUID) -> list[RegisteredPasskey]:
    """Give a person's passkeys, the oldest first."""
    wanted = sa.select(_passkey).where(_passkey.c.account_id == account_id).order_by(_passkey.c.created_at)
    return [_view(row) for row in session.execute(wanted)]


def find_passkey(session: Session, account_id: UUID, passkey_id: UUID | None) -> RegisteredPasskey | None:
    """Give one of a person's own passkeys, or nothing."""
    wanted = sa.select(_passkey).where(_passkey.c.account_id == account_id, _passkey.c.id == passkey_id)
    row = session.execute(wanted).first()
    return _view(row) if row else None


def find_credential(session: Session, credential_id: str) -> RegisteredPasskey | None:
    """Give the passkey that a browser names, whosever it is, or nothing."""
    row = session.execute(sa.select(_passkey).where(_passkey.c.credential_id == credential_id)).first()
    return _view(row) if row else None


def _view(row: sa.Row[Any]) -> RegisteredPasskey:
    values = {name: value for name, value in row._mapping.items() if name != "transports"}
    return RegisteredPasskey(**values, transports=tuple(row.transports))
