"""Leaving: a person asks, has some days to think better of it, and then all that is kept is erased.

Signing in during that time calls it off, whoever asked. Rows are found by the foreign keys of the
schema itself, so that no slice that points at an account can be forgotten: a row that cannot be
without the person goes, one that can is cut off from them. What stays is the act, the tombstone of
the `sub` in it, and entries of the audit log, which name nobody.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from idp.audit import SYSTEM, Event, record
from idp.kernel.storage.database import claim
from idp.kernel.work.outbox import Outbox

from .acts import Act, draw_up
from .models import Account, AccountLink

DESTROYED = "accounts.destroyed"
LEAVING = "accounts.leaving"
MOST_AT_ONCE = 200
_account = cast(sa.Table, Account.__table__)


@dataclass(frozen=True, slots=True)
class Leaving:
    """An account whose time has come."""

    account_id: UUID
    asked_at: datetime


def ask_deletion(
    session: Session, account_id: UUID, *, grace: timedelta, outbox: Outbox, now: datetime
) -> datetime:
    """Note the wish and give the time of destruction; letters go out now and a day before it."""
    due_at = now + grace
    mine = sa.update(_account).where(_account.c.id == account_id)
    session.execute(mine.values(deletion_asked_at=now, deletion_due_at=due_at))
    for at in (now, max(due_at - timedelta(days=1), now)):
        outbox.emit(session, LEAVING, {"account_id": str(account_id)}, due_at=at)
    record(session, Event("account.deletion_asked", account_id), now=now)
    return due_at


def call_deletion_off(session: Session, account_id: UUID, *, now: datetime) -> bool:
    """Forget the wish, as signing in does; true when there was one."""
    waiting = sa.update(_account).where(_account.c.id == account_id, _account.c.deletion_due_at.is_not(None))
    if not claim(session, waiting.values(deletion_asked_at=None, deletion_due_at=None)):
        return False
    record(session, Event("account.deletion_withdrawn", account_id), now=now)
    return True


def leaving_accounts(session: Session, *, now: datetime) -> list[Leaving]:
    """Give the accounts whose days are over."""
    t = _account.c
    due = sa.select(t.id, t.deletion_asked_at).where(t.deletion_due_at <= now).order_by(t.deletion_due_at)
    return [Leaving(row.id, row.deletion_asked_at) for row in session.execute(due.limit(MOST_AT_ONCE))]


def destroy(session: Session, leaving: Leaving, *, outbox: Outbox, now: datetime) -> Act | None:
    """Erase a person in every slice and give the act; nothing when they have signed in meanwhile."""
    t = _account.c
    still = sa.select(t.id).where(t.id == leaving.account_id, t.deletion_due_at <= now).with_for_update()
    if session.execute(still).first() is None:
        return None
    act = draw_up(session, leaving.account_id, asked_at=leaving.asked_at, now=now)
    outbox.emit(session, DESTROYED, {"sub": str(leaving.account_id)})
    erase(session, leaving.account_id)
    details = {"act": act.number}
    record(session, Event("account.destroyed", leaving.account_id, by=SYSTEM, details=details), now=now)
    return act


def erase(session: Session, account_id: UUID) -> None:
    """Delete every row that hangs on an account, and the account; the rows of others keep their own."""
    links = cast(sa.Table, AccountLink.__table__)  # may be of nobody, but these are of this person
    session.execute(sa.delete(links).where(links.c.account_id == account_id))
    for table in reversed(Account.metadata.sorted_tables):
        for column, of_person in _columns_of_person(table, account_id):
            if column.nullable:
                session.execute(sa.update(table).where(of_person).values({column: None}))
            else:
                session.execute(sa.delete(table).where(of_person))
    session.execute(sa.delete(_account).where(_account.c.id == account_id))


def _columns_of_person(
    table: sa.Table, account_id: UUID
) -> list[tuple[sa.Column[object], sa.ColumnElement[bool]]]:
    """Give the foreign keys of a table by which its rows hang on an account, with what finds those rows."""
    found = []
    for key in table.foreign_keys:
        column, target = key.parent, key.column.table
        if target is _account:
            found.append((column, column == account_id))
        elif target is not table:
            owned = [of for owner, of in _columns_of_person(target, account_id) if not owner.nullable]
            if owned:
                found.append((column, column.in_(sa.select(key.column).where(sa.or_(*owned)))))
    return found
