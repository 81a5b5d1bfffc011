"""Proving the log: walking the chain from its checkpoint to its head, and the seals over it.

Each entry's hash covers the entry and the hash before it. The head row holds the last number and
hash, and once a minute the worker puts a seal on it: an HMAC under the server's secret, which is not
in the database. A new seal is made only over entries that follow from the sealed one.

| what somebody with the database alone does | found |
|---|---|
| changes, drops, inserts or reorders entries | yes, the first bad number is named |
| writes the whole chain anew after that | yes: the seal does not fit, for what is older than a minute |
| cuts the end off | yes: the head says more; with the head changed too, the seal does |
| moves the checkpoint to drop old entries | yes: the checkpoint is under the seal |
| rewrites or cuts the last minute, before it is sealed, and the head with it | no |
| puts a whole older state of the database back | no, unless the head was noted elsewhere: `--expect` |

Whoever has the server's secret as well can write any history; against that only a head noted
elsewhere helps (`idp audit head`, in a monitoring system or on paper).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from idp.kernel.crypto.capabilities import Capabilities

from .models import AuditEntry, AuditHead
from .queries import entry_of
from .rules import START, Entry, Link, hash_of

_BATCH = 1000
_PURPOSE = "audit-seal"
_entry = cast(sa.Table, AuditEntry.__table__)
_head = cast(sa.Table, AuditHead.__table__)


@dataclass(frozen=True, slots=True)
class Head:
    """The ends of the chain: the last entry, the checkpoint before the first, the last under seal."""

    last: Link
    pruned: Link
    sealed: Link
    sealed_at: datetime | None
    seal: str


@dataclass(frozen=True, slots=True)
class Break:
    """The first entry at which the chain does not hold, and what is wrong there."""

    number: int
    reason: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a walk over the whole log found."""

    entries: int
    head: Head
    broken: Break | None


def find_head(session: Session) -> Head | None:
    """Give the ends of the chain, or nothing before the first entry."""
    row = session.execute(sa.select(_head)).first()
    if row is None:
        return None
    return Head(
        last=Link(row.number, row.hash),
        pruned=Link(row.pruned_number, row.pruned_hash),
        sealed=Link(row.sealed_number, row.sealed_hash),
        sealed_at=row.sealed_at,
        seal=row.seal,
    )


def verify(session: Session, capabilities: Capabilities, *, expected: Link | None = None) -> Verdict:
    """Walk the whole log; `expected` is a place that was noted elsewhere and must be on the way."""
    newest = session.execute(sa.select(sa.func.max(_entry.c.number))).scalar() or 0
    head = find_head(session) or Head(START, START, START, None, "")
    if head.seal and not is_sealed(head, capabilities):
        return Verdict(0, head, Break(head.sealed.number, "the seal is not ours"))
    if newest > head.last.number:
        return Verdict(0, head, Break(head.last.number + 1, "entries stand beyond the head"))
    known = [head.sealed, head.last, *([expected] if expected else [])]
    return _walk_all(session, head, known)


def walk(session: Session, start: Link, known: list[Link]) -> tuple[Link, Break | None]:
    """Walk from a place to the last of the `known` places, all of which must be on the way.

    Gives the last place that holds, and the break behind it.
    """
    at, wanted = start, {link.number: link.hash for link in known if link.number > start.number}
    goal = max(wanted, default=start.number)
    for entry in _following(session, start, goal):
        reason = _fault(entry, at, wanted.get(entry.number))
        if reason:
            return at, Break(min(entry.number, at.number + 1), reason)
        at = Link(entry.number, entry.hash)
    if at.number < goal:
        return at, Break(at.number + 1, "entries are missing at the end")
    return at, None


def mint_seal(head: Head, capabilities: Capabilities) -> str:
    """Give the seal over the sealed place and the checkpoint."""
    return capabilities.mint(_PURPOSE, str(head.sealed), str(head.pruned))


def is_sealed(head: Head, capabilities: Capabilities) -> bool:
    """Say whether the head's seal is of ours, be it under an older secret."""
    return capabilities.fits(head.seal, _PURPOSE, str(head.sealed), str(head.pruned))


def _walk_all(session: Session, head: Head, known: list[Link]) -> Verdict:
    early = next((k for k in known if k.number == head.pruned.number and k.hash != head.pruned.hash), None)
    if early:
        return Verdict(0, head, Break(early.number, "the checkpoint is another one"))
    last, broken = walk(session, head.pruned, known)
    return Verdict(last.number - head.pruned.number, head, broken)


def _fault(entry: Entry, previous: Link, known_hash: str | None) -> str:
    if entry.number != previous.number + 1:
        return "an entry is missing"
    if entry.previous_hash != previous.hash:
        return "it does not follow from the entry before"
    if entry.hash != hash_of(entry):
        return "it was changed"
    if known_hash is not None and entry.hash != known_hash:
        return "it is not the entry that was sealed or noted here"
    return ""


def _following(session: Session, start: Link, until: int) -> Iterator[Entry]:
    at = start.number
    while at < until:
        some = sa.select(_entry).where(_entry.c.number > at, _entry.c.number <= until)
        rows = session.execute(some.order_by(_entry.c.number).limit(_BATCH)).all()
        if not rows:
            return
        yield from (entry_of(row) for row in rows)
        at = rows[-1].number
