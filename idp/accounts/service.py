"""What changes an account: registering, confirming the address, a new password, a new name.

Every function works inside the caller's transaction. Passwords arrive hashed: hashing takes tens of
milliseconds, and no transaction waits for that.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from idp.kernel.ground.faults import Conflict, FieldFault, Invalid, NotFound
from idp.kernel.ground.ids import new_id
from idp.kernel.ground.text import clean_line
from idp.kernel.storage.database import claim
from idp.kernel.work.outbox import Outbox

from .levels import LEVELS
from .links import LinkOver, end_links, use_link
from .models import Account
from .queries import find_owner
from .rules import Address

REGISTERED = "accounts.registered"
RESET_ASKED = "accounts.reset_asked"
_LONGEST_HOW = 200
_account = cast(sa.Table, Account.__table__)


@dataclass(frozen=True, slots=True)
class Registration:
    """A person's wish to have an account."""

    address: Address
    password_hash: str
    name: str
    locale: str


@dataclass(frozen=True, slots=True)
class OperatorAccount:
    """An account as the operator writes it on the command line."""

    address: Address
    password_hash: str
    name: str
    is_verified: bool
    sub: UUID | None = None
    claims: Mapping[str, Any] = field(default_factory=dict)


class AddressTaken(Conflict):
    """Another account has proved this address to be its own."""

    code = "address-taken"
    title = "This address already belongs to an account"
    detail = "Sign in to that account, or ask for a new password there."


def register(session: Session, wish: Registration, *, outbox: Outbox, now: datetime) -> UUID:
    """Make an account whose address is not proved yet, and leave the news that sends the letter.

    Does the same for a known address as for an unknown one: only the letter differs (spec C6.10).
    """
    account_id = new_id()
    _insert(session, wish.address, account_id, now, {
        "password_hash": wish.password_hash, "name": wish.name, "locale": wish.locale, "claims": {},
    })  # fmt: skip
    outbox.emit(session, REGISTERED, {"account_id": str(account_id)})
    return account_id


def ask_confirmation(session: Session, account_id: UUID, *, outbox: Outbox) -> None:
    """Leave the news that sends the confirming letter once more."""
    outbox.emit(session, REGISTERED, {"account_id": str(account_id)})


def ask_reset(session: Session, key: str, *, outbox: Outbox) -> None:
    """Leave the news that someone asked for a new password; whether anybody is meant shows only there."""
    outbox.emit(session, RESET_ASKED, {"email_key": key})


def confirm_address(session: Session, secret: str, *, now: datetime) -> UUID:
    """Use a confirming link up; the account gets its address as login name. Raises LinkOver, AddressTaken."""
    account_id = use_link(session, secret, "verify", now=now)
    row = session.execute(sa.select(_account.c.email_key).where(_account.c.id == account_id)).one()
    owner = find_owner(session, row.email_key)
    if owner not in (None, account_id):
        raise AddressTaken
    _prove_address(session, account_id, row.email_key, now)
    return account_id


def reset_password(session: Session, secret: str, password_hash: str, *, now: datetime) -> UUID:
    """Use a recovery link up and set the new password; raises LinkOver."""
    account_id = use_link(session, secret, "reset", now=now)
    set_password(session, account_id, password_hash, now=now)
    # Whoever opens a letter at the account's own address has proved that address.
    row = session.execute(sa.select(_account.c.login_key).where(_account.c.id == account_id)).one()
    if row.login_key is None:
        raise LinkOver
    _prove_address(session, account_id, row.login_key, now)
    return account_id


def set_password(session: Session, account_id: UUID, password_hash: str, *, now: datetime) -> None:
    """Set a new password and end the recovery links that are on their way."""
    _change(session, account_id, {"password_hash": password_hash, "updated_at": now})
    end_links(session, account_id, "reset", now=now)


def set_level(session: Session, account_id: UUID, level: str, *, how: str, now: datetime) -> None:
    """Set the level that staff or an upstream has proved, and how; L0 and L1 mean that none is proved.

    Raises Invalid for what is no level, NotFound for an unknown account.
    """
    if level not in LEVELS:
        raise Invalid(fields=[FieldFault("level", "There is no such level")])
    is_proved = level not in ("L0", "L1")
    _change(session, account_id, {
        "level": level if is_proved else None, "level_proved_at": now if is_proved else None,
        "level_proved_how": clean_line(how)[:_LONGEST_HOW] if is_proved else "", "updated_at": now,
    })  # fmt: skip


def rename(session: Session, account_id: UUID, name: str, *, now: datetime) -> None:
    """Set the name that sites are told."""
    _change(session, account_id, {"name": name, "updated_at": now})


def add_account(session: Session, wish: OperatorAccount, *, now: datetime) -> UUID:
    """Make the operator's account, or bring the one with this login name to the given values."""
    values = {
        "password_hash": wish.password_hash, "name": wish.name, "claims": _other_claims(wish.claims),
        "login_key": wish.address.key, "email_verified_at": now if wish.is_verified else None,
        **{n: str(wish.claims[n]) for n in ("given_name", "family_name", "locale") if n in wish.claims},
    }  # fmt: skip
    owner = find_owner(session, wish.address.key)
    if owner is None:
        account_id = wish.sub or new_id()
        _insert(session, wish.address, account_id, now, values)
        return account_id
    _change(session, owner, {**values, "email": wish.address.text, "updated_at": now})
    return owner


def _other_claims(claims: Mapping[str, Any]) -> dict[str, Any]:
    own = ("given_name", "family_name", "locale", "name", "email", "email_verified", "sub", "updated_at")
    return {name: value for name, value in claims.items() if name not in own}


def _insert(
    session: Session, address: Address, account_id: UUID, now: datetime, values: Mapping[str, Any]
) -> None:
    session.execute(
        sa.insert(Account).values(
            id=account_id, email=address.text, email_key=address.key, created_at=now, updated_at=now, **values
        )
    )


def _change(session: Session, account_id: UUID, values: Mapping[str, Any]) -> None:
    if not claim(session, sa.update(_account).where(_account.c.id == account_id).values(**values)):
        raise NotFound


def _prove_address(session: Session, account_id: UUID, key: str, now: datetime) -> None:
    proved = sa.func.coalesce(_account.c.email_verified_at, now)
    _change(session, account_id, {"login_key": key, "email_verified_at": proved, "updated_at": now})
