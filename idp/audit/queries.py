"""Reads of the log: what concerns a person, what an operator looks for."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from .models import AuditEntry
from .rules import Actor, ActorKind, Detail, Entry

_entry = cast(sa.Table, AuditEntry.__table__)


@dataclass(frozen=True, slots=True)
class Activity:
    """Something that concerns a person, as they may see it: of staff and operators only the kind."""

    number: int
    at: datetime
    action: str
    by: ActorKind
    client_id: str | None
    details: Mapping[str, Detail]


@dataclass(frozen=True, slots=True)
class Filter:
    """Which entries are wanted; what is left out restricts nothing. `action` may be a beginning."""

    account_id: UUID | None = None
    client_id: str | None = None
    actor_id: str | None = None
    action: str = ""
    since: datetime | None = None
    until: datetime | None = None


def activity_of(session: Session, account_id: UUID, *, limit: int) -> list[Activity]:
    """Give what concerns a person, the newest first."""
    found = entries(session, Filter(account_id=account_id), limit=limit)
    return [Activity(e.number, e.at, e.action, e.actor.kind, e.client_id, e.details) for e in found]


def entries(session: Session, wanted: Filter, *, limit: int, before: int | None = None) -> list[Entry]:
    """Give entries, the newest first; `before` is the number to go on after."""
    statement = sa.select(_entry).where(*_conditions(wanted))
    if before is not None:
        statement = statement.where(_entry.c.number < before)
    rows = session.execute(statement.order_by(_entry.c.number.desc()).limit(limit))
    return [entry_of(row) for row in rows]


def count_entries(session: Session, *, since: datetime) -> Mapping[str, int]:
    """Give how often each action happened since a time."""
    counted = sa.select(_entry.c.action, sa.func.count()).where(_entry.c.at >= since)
    return {row[0]: row[1] for row in session.execute(counted.group_by(_entry.c.action))}


def entry_of(row: sa.Row[Any]) -> Entry:
    """Give a row of the table as a value."""
    return Entry(
        number=row.number,
        at=row.at,
        action=row.action,
        actor=Actor(row.actor_kind, row.actor_id),
        account_id=row.account_id,
        client_id=row.client_id,
        details=row.details,
        previous_hash=row.previous_hash,
        hash=row.hash,
    )


def _conditions(wanted: Filter) -> list[sa.ColumnElement[bool]]:
    t, conditions = _entry.c, []
    if wanted.account_id is not None:
        conditions.append(t.account_id == wanted.account_id)
    if wanted.client_id is not None:
        conditions.append(t.client_id == wanted.client_id)
    if wanted.actor_id is not None:
        conditions.append(t.actor_id == wanted.actor_id)
    if wanted.action:
        conditions.append(t.action.startswith(wanted.action, autoescape=True))
    if wanted.since is not None:
        conditions.append(t.at >= wanted.since)
    if wanted.until is not None:
        conditions.append(t.at < wanted.until)
    return conditions
