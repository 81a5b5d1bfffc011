"""Pure rules of the log: which acts it knows, who acts, and how one entry is chained to the next.

An entry's hash is SHA-256 over the canonical JSON of the entry, its number and the hash before it,
so that whoever changes, drops or inserts one has to change all that follow. What that proves and
what not stands in `verification`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Literal
from uuid import UUID

Action = Literal[
    "account.registered", "account.added", "account.address_confirmed", "account.email_change_asked",
    "account.email_changed", "account.phone_changed", "account.phone_confirmed", "account.profile_changed",
    "account.password_changed", "account.password_reset_asked", "account.password_reset",
    "account.password_refused", "account.exported", "account.deletion_asked", "account.deletion_withdrawn",
    "account.destroyed", "account.locked", "account.unlocked", "account.level_set",
    "account.recovery_started",
    "signin.refused", "signin.throttled", "signin.factor_refused", "signin.stepped_up",
    "session.started", "session.ended",
    "passkey.added", "passkey.renamed", "passkey.removed", "passkey.refused",
    "totp.added", "totp.removed", "recovery_codes.made", "recovery_code.used",
    "consent.given", "consent.denied", "consent.withdrawn",
    "grant.code_replayed", "grant.refresh_reused", "grant.revoked",
    "client.registered", "client.changed", "client.secret_changed", "client.disabled", "client.enabled",
    "client.deleted", "client.refused",
    "keys.made", "keys.rotated", "keys.retired", "keys.revoked", "keys.resealed",
    "staff.granted", "staff.withdrawn", "staff.looked_up", "staff.looked_at", "staff.refused",
    "audit.pruned",
]  # fmt: skip
ActorKind = Literal["person", "staff", "client", "operator", "system"]
Detail = str | int | list[str]
FIRST_HASH = "0" * 64
_LONGEST_DETAIL = 200


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acted: a person or one of the staff by `sub`, a client by id, the command line, a job of ours."""

    kind: ActorKind
    id: str | None = None


OPERATOR = Actor("operator")
SYSTEM = Actor("system")
SOMEBODY = Actor("person")  # who types a wrong password is not known


def staff(account_id: UUID) -> Actor:
    """Give one of the staff as an actor."""
    return Actor("staff", str(account_id))


@dataclass(frozen=True, slots=True)
class Event:
    """What happened to whom; without `by` it was the person concerned, or the system where there is none.

    `details` are short words of ours, numbers and identifiers: no names, no addresses, no secrets.
    """

    action: Action
    account_id: UUID | None = None
    client_id: str | None = None
    by: Actor | None = None
    details: Mapping[str, Detail] = field(default_factory=dict)

    @property
    def actor(self) -> Actor:
        """Who acted."""
        if self.by is not None:
            return self.by
        return Actor("person", str(self.account_id)) if self.account_id else SYSTEM


@dataclass(frozen=True, slots=True)
class Link:
    """A place in the chain: the number of an entry and its hash."""

    number: int
    hash: str

    def __str__(self) -> str:
        """Give the form in which an operator notes it."""
        return f"{self.number}:{self.hash}"


START = Link(0, FIRST_HASH)


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry as it is kept."""

    number: int
    at: datetime
    action: str
    actor: Actor
    account_id: UUID | None
    client_id: str | None
    details: Mapping[str, Detail]
    previous_hash: str
    hash: str


class DetailsRefused(ValueError):
    """A detail looks like personal data or is too long; a defect of the caller, never of a person."""


def check_details(details: Mapping[str, Detail]) -> None:
    """Stop what must never be kept for years: anything with an @ in it, anything long."""
    for value in details.values():
        texts = value if isinstance(value, list) else [value]
        if any(isinstance(text, str) and ("@" in text or len(text) > _LONGEST_DETAIL) for text in texts):
            raise DetailsRefused


def chain(event: Event, previous: Link, *, at: datetime) -> Entry:
    """Give the entry that follows a place in the chain."""
    bare = Entry(
        number=previous.number + 1,
        at=at,
        action=event.action,
        actor=event.actor,
        account_id=event.account_id,
        client_id=event.client_id,
        details=dict(event.details),
        previous_hash=previous.hash,
        hash="",
    )
    return replace(bare, hash=hash_of(bare))


def hash_of(entry: Entry) -> str:
    """Give the hash that an entry must have."""
    said = {
        "number": entry.number,
        "at": entry.at.astimezone(UTC).isoformat(timespec="microseconds"),
        "action": entry.action,
        "actor": [entry.actor.kind, entry.actor.id],
        "account": str(entry.account_id) if entry.account_id else None,
        "client": entry.client_id,
        "details": dict(entry.details),
        "previous": entry.previous_hash,
    }
    return sha256(json.dumps(said, sort_keys=True, separators=(",", ":")).encode()).hexdigest()
