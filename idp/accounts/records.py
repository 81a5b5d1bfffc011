"""Accounts as staff and operators see them: found by what people say of themselves, locked, unlocked.

Locked accounts are found too, which the reads of the hot paths never do. Ending a locked account's
sessions and grants is their slices' work; from the lock on, none of them is honoured (spec C9.5).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from idp.audit import Actor, Event, record
from idp.kernel.ground.faults import Conflict
from idp.kernel.ground.ids import parse_id
from idp.kernel.ground.text import comparable
from idp.kernel.storage.database import claim

from .levels import level_of
from .links import end_links
from .models import Account
from .phones import spoken_phone
from .rules import parse_address
from .staff import keep_an_admin

SHORTEST_PREFIX = 3
_account = cast(sa.Table, Account.__table__)


class StateChanged(Conflict):
    """The account is locked already, or unlocked already, or gone."""

    code = "account-state-changed"


@dataclass(frozen=True, slots=True)
class AccountRecord:
    """All that staff may see of an account; `proof_note` is what was written when its level was proved."""

    id: UUID
    email: str
    email_verified: bool
    phone: str
    phone_verified: bool
    name: str
    locale: str
    level: str
    level_proved_at: datetime | None
    proof_note: str
    created_at: datetime
    locked_at: datetime | None


def find_record(session: Session, account_id: UUID) -> AccountRecord | None:
    """Give an account, locked or not."""
    row = session.execute(sa.select(_account).where(_account.c.id == account_id)).first()
    return _record(row) if row else None


def search_records(session: Session, text: str, *, limit: int) -> list[AccountRecord]:
    """Give the accounts that a text names: a `sub`, an address or number, or the beginning of an address."""
    wanted = sa.select(_account).where(_named(text)).order_by(_account.c.email_key, _account.c.id)
    return [_record(row) for row in session.execute(wanted.limit(limit))]


def count_accounts(session: Session) -> tuple[int, int]:
    """Give how many accounts there are, and how many of them are locked."""
    counted = sa.select(sa.func.count(), sa.func.count(_account.c.disabled_at)).select_from(_account)
    row = session.execute(counted).one()
    return row[0], row[1]


def lock_account(session: Session, account_id: UUID, *, reason: str, by: Actor, now: datetime) -> None:
    """Let nobody use an account; raises StateChanged, and LastAdmin for the last one who could undo it."""
    keep_an_admin(session, account_id)
    open_one = sa.update(_account).where(_account.c.id == account_id, _account.c.disabled_at.is_(None))
    if not claim(session, open_one.values(disabled_at=now)):
        raise StateChanged
    end_links(session, account_id, "verify", "reset", now=now)
    record(session, Event("account.locked", account_id, by=by, details={"reason": reason}), now=now)


def unlock_account(session: Session, account_id: UUID, *, by: Actor, now: datetime) -> None:
    """Let the person use their account again; raises StateChanged."""
    locked = sa.update(_account).where(_account.c.id == account_id, _account.c.disabled_at.is_not(None))
    if not claim(session, locked.values(disabled_at=None)):
        raise StateChanged
    record(session, Event("account.unlocked", account_id, by=by), now=now)


def _named(text: str) -> sa.ColumnElement[bool]:
    account_id, address, t = parse_id(text.strip()), parse_address(text), _account.c
    if account_id is not None:
        return t.id == account_id
    if address is not None and address.is_phone:
        return sa.or_(t.phone_key == address.key, t.phone == address.key)
    prefix = address.key if address else comparable(text)
    return t.email_key.startswith(prefix, autoescape=True) if len(prefix) >= SHORTEST_PREFIX else sa.false()


def _record(row: sa.Row[Any]) -> AccountRecord:
    is_confirmed = row.email_verified_at is not None or row.phone_verified_at is not None
    return AccountRecord(
        id=row.id,
        email=row.email or "",
        email_verified=row.email_verified_at is not None,
        phone=spoken_phone(row.phone) if row.phone else "",
        phone_verified=row.phone_verified_at is not None,
        name=row.name,
        locale=row.locale,
        level=level_of(is_confirmed=is_confirmed, proved=row.level),
        level_proved_at=row.level_proved_at,
        proof_note=row.level_proved_how,
        created_at=row.created_at,
        locked_at=row.disabled_at,
    )
