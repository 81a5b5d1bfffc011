"""What adds to the log. Entries wait in the session and are written right before its commit.

So the log says what was committed and nothing else, its turn is held only for a moment, and because
it is the last lock that a transaction takes, two of them never wait for each other.
"""

from datetime import datetime
from typing import cast

import sqlalchemy as sa
from sqlalchemy import event as moments
from sqlalchemy.orm import Session

from idp.kernel.storage.database import insert_once, take_turns

from .models import AuditEntry, AuditHead
from .rules import FIRST_HASH, START, Entry, Event, Link, chain, check_details

TURN = "audit"
HEAD = "log"
_WAITING = "audit.waiting"
_entry = cast(sa.Table, AuditEntry.__table__)
_head = cast(sa.Table, AuditHead.__table__)


class NotWriting(RuntimeError):
    """The session only reads: its entries would be lost without a word."""


def record(session: Session, event: Event, *, now: datetime) -> None:
    """Note what the caller's transaction does; the entry is written at its commit, or not at all."""
    if not session.get_bind().get_execution_options().get("writes"):
        raise NotWriting
    check_details(event.details)
    waiting = session.info.setdefault(_WAITING, [])
    if not waiting:
        moments.listen(session, "before_commit", _write_waiting, once=True)
    waiting.append((event, now))


def _write_waiting(session: Session) -> None:
    take_turns(session, TURN)
    last = _last_link(session)
    for event, at in session.info.pop(_WAITING):
        entry = chain(event, last, at=at)
        session.execute(sa.insert(_entry).values(**_row(entry)))
        last = Link(entry.number, entry.hash)
    session.execute(sa.update(_head).values(number=last.number, hash=last.hash))


def _last_link(session: Session) -> Link:
    row = session.execute(sa.select(_head.c.number, _head.c.hash)).first()
    if row is not None:
        return Link(row.number, row.hash)
    first = {"pruned_number": 0, "pruned_hash": FIRST_HASH, "sealed_number": 0, "sealed_hash": FIRST_HASH}
    begun = {"name": HEAD, "number": START.number, "hash": START.hash, "seal": "", **first}
    insert_once(session, _head, begun, conflict=["name"])
    return START


def _row(entry: Entry) -> dict[str, object]:
    return {
        "number": entry.number,
        "at": entry.at,
        "action": entry.action,
        "actor_kind": entry.actor.kind,
        "actor_id": entry.actor.id,
        "account_id": entry.account_id,
        "client_id": entry.client_id,
        "details": dict(entry.details),
        "previous_hash": entry.previous_hash,
        "hash": entry.hash,
    }
