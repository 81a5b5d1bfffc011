"""What changes an account: registering, confirming an address, a new password, a new name.

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

from idp.audit import Action, Event, record
from idp.kernel.ground.faults import Conflict, FieldFault, Invalid, NotFound
from idp.kernel.ground.ids import new_id
from idp.kernel.ground.text import clean_line
from idp.kernel.storage.database import claim, take_turns
from idp.kernel.work.outbox import Outbox

from .acts import is_destroyed
from .levels import LEVELS
from .links import (
    Link,
    LinkOrder,
    LinkOver,
    TypedCode,
    end_links,
    order_link,
    try_code,
    use_link,
)
from .models import Account
from .notices import tell_change
from .profile import Profile
from .queries import find_owner
from .rules import Address, parse_number

PROOF_ASKED = "accounts.proof_asked"
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


class SubjectDestroyed(Conflict):
    """The account of this `sub` was destroyed; no other one gets it."""

    code = "subject-destroyed"
    title = "The account with this number was destroyed"


def register(session: Session, wish: Registration, *, outbox: Outbox, now: datetime) -> UUID:
    """Make an account whose address is not proved yet, and leave the news that sends the letter or SMS.

    Does the same for a known address as for an unknown one: only what is sent differs (spec C6.10).
    """
    account_id = new_id()
    _insert(session, account_id, now, {
        **_address_columns(wish.address), "password_hash": wish.password_hash, "name": wish.name,
        "locale": wish.locale, "claims": {},
    })  # fmt: skip
    ask_confirmation(session, account_id, wish.address, outbox=outbox, now=now)
    record(session, Event("account.registered", account_id), now=now)
    return account_id


def ask_confirmation(
    session: Session, account_id: UUID, address: Address, *, outbox: Outbox, now: datetime
) -> UUID:
    """Ask for the proof that an account's person reads an address; gives the order whose code is typed."""
    return _ask(session, LinkOrder("verify", address, account_id), outbox, now)


def ask_reset(session: Session, address: Address, *, browser: str, outbox: Outbox, now: datetime) -> UUID:
    """Leave the wish for a new password; whether anybody is meant shows only to the worker."""
    return _ask(session, LinkOrder("reset", address, browser=browser), outbox, now)


def confirm_by_link(session: Session, secret: str, *, outbox: Outbox, now: datetime) -> UUID:
    """Use a confirming link up; its address becomes the login name. Raises LinkOver, AddressTaken."""
    return prove(session, use_link(session, secret, "verify", now=now), outbox=outbox, now=now)


def confirm_by_code(
    session: Session, typed: TypedCode, *, secret_key: str, outbox: Outbox, now: datetime
) -> bool:
    """Say whether the code was right; its address is then the account's. Raises AddressTaken."""
    link = try_code(session, typed, secret_key=secret_key, now=now)
    if link is None or link.purpose != "verify":
        return False
    prove(session, link, outbox=outbox, now=now)
    return True


def reset_by_link(session: Session, secret: str, password_hash: str, *, now: datetime) -> UUID:
    """Use a recovery link up and set the new password; raises LinkOver."""
    return _reset(session, use_link(session, secret, "reset", now=now), password_hash, now)


def reset_by_code(
    session: Session, typed: TypedCode, password_hash: str, *, secret_key: str, now: datetime
) -> UUID | None:
    """Set the new password and give the account if the code was right; it is used up then."""
    link = try_code(session, typed, secret_key=secret_key, now=now)
    if link is None or link.purpose != "reset":
        return None
    return _reset(session, link, password_hash, now)


def prove(session: Session, link: Link, *, outbox: Outbox, now: datetime) -> UUID:
    """Make a proved address the account's own, its login name; raises AddressTaken.

    Where it takes the place of another proved address, that one's owner is told (spec C6.19).
    """
    account_id = _owner_of(link)
    take_turns(session, f"login {link.address.key}")
    if find_owner(session, link.address.key) not in (None, account_id):
        raise AddressTaken
    _tell_owner_of_old(session, account_id, link.address, outbox, now)
    _set_address(session, account_id, link.address, now=now)
    action: Action = "account.phone_confirmed" if link.address.is_phone else "account.address_confirmed"
    record(session, Event(action, account_id), now=now)
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


def ask_change(
    session: Session, account_id: UUID, address: Address, *, outbox: Outbox, now: datetime
) -> None:
    """Ask for the proof of a new address, and tell the owner of the present one at once (spec C6.19)."""
    _tell_owner_of_old(session, account_id, address, outbox, now)
    ask_confirmation(session, account_id, address, outbox=outbox, now=now)
    action: Action = "account.phone_changed" if address.is_phone else "account.email_change_asked"
    record(session, Event(action, account_id, details={"state": "asked"}), now=now)


def undo_change(session: Session, secret: str, *, outbox: Outbox, now: datetime) -> tuple[UUID, Address]:
    """Give an account its old e-mail address back, for whoever still reads it; gives both.

    The password goes, because somebody else knew it; what was asked for meanwhile is worth nothing.
    Raises LinkOver, AddressTaken.
    """
    link = use_link(session, secret, "undo", now=now)
    account_id = prove(session, link, outbox=outbox, now=now)
    end_links(session, account_id, "verify", "reset", "undo", now=now)
    _change(session, account_id, {"password_hash": None})
    record(session, Event("account.email_changed", account_id, details={"state": "undone"}), now=now)
    return account_id, link.address


def remove_phone(session: Session, account_id: UUID, *, now: datetime) -> None:
    """Forget the telephone number; raises NotFound where no proved e-mail address would remain."""
    none = {"phone": None, "phone_key": None, "phone_verified_at": None, "updated_at": now}
    mine = sa.update(_account).where(_account.c.id == account_id, _account.c.email_verified_at.is_not(None))
    if not claim(session, mine.values(**none)):
        raise NotFound
    record(session, Event("account.phone_changed", account_id, details={"state": "removed"}), now=now)


def change_profile(session: Session, account_id: UUID, profile: Profile, *, now: datetime) -> None:
    """Set the claims that a person edits; the others stay (those that the operator has given)."""
    known = session.execute(sa.select(_account.c.claims).where(_account.c.id == account_id)).scalar_one()
    claims = {name: value for name, value in {**known, **profile.claims}.items() if value}
    _change(session, account_id, {
        "name": profile.name, "given_name": profile.given_name, "family_name": profile.family_name,
        "locale": profile.locale, "claims": claims, "updated_at": now,
    })  # fmt: skip
    record(session, Event("account.profile_changed", account_id), now=now)


def add_account(session: Session, wish: OperatorAccount, *, now: datetime) -> UUID:
    """Make the operator's account, or bring the one with this login name to the given values."""
    owner = find_owner(session, wish.address.key)
    account_id = owner or wish.sub or new_id()
    if is_destroyed(session, account_id):
        raise SubjectDestroyed
    at = now if wish.is_verified else None
    values = {
        "password_hash": wish.password_hash, "name": wish.name, "claims": _other_claims(wish.claims),
        **_claimed_phone(session, account_id, wish.claims, now),
        **_address_columns(wish.address, verified_at=at), **_login_columns(wish.address),
        **{n: str(wish.claims[n]) for n in ("given_name", "family_name", "locale") if n in wish.claims},
    }  # fmt: skip
    if owner is None:
        _insert(session, account_id, now, values)
    else:
        _change(session, owner, {**values, "updated_at": now})
    return account_id


def _other_claims(claims: Mapping[str, Any]) -> dict[str, Any]:
    own = (
        "given_name", "family_name", "locale", "name", "email", "email_verified", "phone_number",
        "phone_number_verified", "sub", "updated_at",
    )  # fmt: skip
    return {name: value for name, value in claims.items() if name not in own}


def _claimed_phone(
    session: Session, account_id: UUID, claims: Mapping[str, Any], now: datetime
) -> dict[str, Any]:
    """Give the columns of a number among the operator's claims; a login name only where nobody has it."""
    number = parse_number(str(claims.get("phone_number", "")))
    if number is None:
        return {}
    is_verified = claims.get("phone_number_verified") is True
    columns = _address_columns(number, verified_at=now if is_verified else None)
    is_free = find_owner(session, number.key) in (None, account_id)
    return {**columns, **(_login_columns(number) if is_verified and is_free else {})}


def _ask(session: Session, order: LinkOrder, outbox: Outbox, now: datetime) -> UUID:
    link_id = order_link(session, order, now=now)
    outbox.emit(session, PROOF_ASKED, {"link_id": str(link_id)})
    return link_id


def _tell_owner_of_old(
    session: Session, account_id: UUID, new: Address, outbox: Outbox, now: datetime
) -> None:
    """Send the way back to the proved e-mail address that another one replaces; for a number, a notice."""
    t = _account.c
    row = session.execute(sa.select(t.email, t.login_key, t.phone_key).where(t.id == account_id)).one()
    if new.is_phone:
        if row.phone_key not in (None, new.key):
            tell_change(session, account_id, "phone-changed", outbox=outbox)
    elif row.login_key not in (None, new.key):
        _ask(session, LinkOrder("undo", Address(row.email, row.login_key), account_id), outbox, now)


def _reset(session: Session, link: Link, password_hash: str, now: datetime) -> UUID:
    """Set the password; whoever reads what is sent to the account's own address has proved that address."""
    account_id = _owner_of(link)
    if find_owner(session, link.address.key) != account_id:
        raise LinkOver
    set_password(session, account_id, password_hash, now=now)
    column = "phone_verified_at" if link.address.is_phone else "email_verified_at"
    _change(session, account_id, {column: sa.func.coalesce(_account.c[column], now)})
    record(session, Event("account.password_reset", account_id), now=now)
    return account_id


def _owner_of(link: Link) -> UUID:
    if link.account_id is None:
        raise LinkOver
    return link.account_id


def _insert(session: Session, account_id: UUID, now: datetime, values: Mapping[str, Any]) -> None:
    session.execute(sa.insert(_account).values(id=account_id, created_at=now, updated_at=now, **values))


def _change(session: Session, account_id: UUID, values: Mapping[str, Any]) -> None:
    if not claim(session, sa.update(_account).where(_account.c.id == account_id).values(**values)):
        raise NotFound


def _set_address(session: Session, account_id: UUID, address: Address, *, now: datetime) -> None:
    """Make an address proved; one that was proved before keeps its time."""
    column = _account.c.phone_verified_at if address.is_phone else _account.c.email_verified_at
    known = _account.c.phone_key if address.is_phone else _account.c.login_key
    at = sa.case((known == address.key, sa.func.coalesce(column, now)), else_=now)
    columns = {**_address_columns(address, verified_at=at), **_login_columns(address), "updated_at": now}
    _change(session, account_id, columns)


def _address_columns(address: Address, *, verified_at: Any = None) -> dict[str, Any]:
    if address.is_phone:
        return {"phone": address.text, "phone_verified_at": verified_at}
    return {"email": address.text, "email_key": address.key, "email_verified_at": verified_at}


def _login_columns(address: Address) -> dict[str, Any]:
    return {"phone_key": address.key} if address.is_phone else {"login_key": address.key}
