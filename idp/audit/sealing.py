"""Sealing and pruning: what the worker does to the log, and the operator by command."""

from dataclasses import replace
from datetime import datetime
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from idp.kernel.crypto.capabilities import Capabilities
from idp.kernel.storage.database import take_turns

from .models import AuditEntry, AuditHead
from .rules import Event, Link
from .service import TURN, record
from .verification import Break, Head, find_head, is_sealed, mint_seal, walk

_entry = cast(sa.Table, AuditEntry.__table__)
_head = cast(sa.Table, AuditHead.__table__)


class LogBroken(Exception):
    """The log is not whole: nothing is sealed and nothing pruned until somebody has looked at it."""

    def __init__(self, broken: Break) -> None:
        super().__init__(f"entry {broken.number}: {broken.reason}")
        self.broken = broken


def seal(session: Session, capabilities: Capabilities, *, now: datetime) -> None:
    """Put the entries so far under seal, after a look at those since the last one; raises LogBroken."""
    take_turns(session, TURN)
    head = find_head(session)
    if head is not None:
        _seal(session, head, capabilities, now)


def prune(session: Session, capabilities: Capabilities, *, before: datetime, now: datetime) -> int:
    """Drop the entries from before a time and give how many; the chain goes on from a checkpoint.

    Looks first at what it drops; raises LogBroken and drops nothing when that is not whole.
    """
    take_turns(session, TURN)
    head = find_head(session)
    if head is None:
        return 0
    head = _seal(session, head, capabilities, now)
    checkpoint = _checkpoint(session, head, before)
    dropped = checkpoint.number - head.pruned.number
    if dropped:
        _seal(session, replace(head, pruned=checkpoint, seal=""), capabilities, now)
        session.execute(sa.delete(_entry).where(_entry.c.number <= checkpoint.number))
        event = Event("audit.pruned", details={"entries": dropped, "until": checkpoint.number})
        record(session, event, now=now)
    return dropped


def _seal(session: Session, head: Head, capabilities: Capabilities, now: datetime) -> Head:
    if head.seal and not is_sealed(head, capabilities):
        raise LogBroken(Break(head.sealed.number, "the seal is not ours"))
    start = max(head.sealed, head.pruned, key=lambda link: link.number)
    _, broken = walk(session, start, [head.last])
    if broken:
        raise LogBroken(broken)
    sealed = replace(head, sealed=head.last)
    sealed = replace(sealed, seal=mint_seal(sealed, capabilities))
    if sealed.seal != head.seal:
        _store(session, sealed, now)
    return sealed


def _store(session: Session, head: Head, now: datetime) -> None:
    session.execute(
        sa.update(_head).values(
            pruned_number=head.pruned.number,
            pruned_hash=head.pruned.hash,
            sealed_number=head.sealed.number,
            sealed_hash=head.sealed.hash,
            sealed_at=now,
            seal=head.seal,
        )
    )


def _checkpoint(session: Session, head: Head, before: datetime) -> Link:
    """Give the last of the entries at the beginning that are all from before a time."""
    kept = sa.select(sa.func.min(_entry.c.number)).where(_entry.c.at >= before)
    first_kept = session.execute(kept).scalar()
    cut = head.last.number if first_kept is None else first_kept - 1
    wanted = sa.select(_entry.c.hash).where(_entry.c.number == cut)
    if cut <= head.pruned.number:
        return head.pruned
    checkpoint = Link(cut, session.execute(wanted).scalar_one())
    _, broken = walk(session, head.pruned, [checkpoint])
    if broken:
        raise LogBroken(broken)
    return checkpoint
