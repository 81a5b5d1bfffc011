"""What changes passkeys: one is registered, answers a challenge, gets another name, is removed.

A challenge is used up before anything else is looked at, and a refusal is noted in the log; both must
outlive the refusal, so `use_passkey` returns nothing instead of raising, and the caller commits.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import cast
from uuid import UUID

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Session

from idp.accounts import tell_change
from idp.audit import Event, record
from idp.kernel.ground.faults import Conflict, FieldFault, Invalid, NotFound
from idp.kernel.ground.ids import new_id
from idp.kernel.ground.text import clean_line
from idp.kernel.storage.database import claim, insert_once
from idp.kernel.work.floor import Floor
from idp.settings import settings_of

from .answers import (
    Answer,
    AnswerUnreadable,
    AnswerWrong,
    Assertion,
    check_assertion,
    check_registration,
    parse_answer,
)
from .challenges import Asked, use_challenge
from .models import Passkey
from .queries import RegisteredPasskey, find_credential, passkeys_of
from .rules import MOST_PASSKEYS, Party, methods, party_of

log = structlog.get_logger("passkeys")
LONGEST_NAME = 60
_passkey = cast(sa.Table, Passkey.__table__)


class PasskeyNotAdded(Conflict):
    """The device's answer does not fit, or the passkey is known already."""

    code = "passkey-not-added"
    title = "The passkey was not added"
    detail = "Go back and try again. If your device offers several ways, choose another one."


class TooManyPasskeys(Conflict):
    """Nobody needs so many."""

    code = "too-many-passkeys"
    title = "You have as many passkeys as we keep"
    detail = "Remove one that you do not use any more."


@dataclass(frozen=True, slots=True)
class Proof:
    """What a passkey has proved: whose it is, and how (RFC 8176)."""

    account_id: UUID
    amr: tuple[str, ...]


def add_passkey(
    session: Session, asked: Asked, text: str, name: str, *, floor: Floor, now: datetime
) -> Proof:
    """Register what a browser answers and give what it proves; raises PasskeyNotAdded, TooManyPasskeys."""
    account_id = _known_account(asked)
    if len(passkeys_of(session, account_id)) >= MOST_PASSKEYS:
        raise TooManyPasskeys
    try:
        answer = parse_answer(text)
        made = check_registration(answer, party_of(settings_of(floor)))
    except (AnswerUnreadable, AnswerWrong):
        raise PasskeyNotAdded from None
    passkey_id = new_id()
    row = {
        "id": passkey_id, "account_id": account_id, "credential_id": made.credential_id,
        "public_key": made.public_key, "sign_count": made.sign_count, "is_shared": made.is_shared,
        "transports": list(answer.transports), "name": name, "created_at": now,
    }  # fmt: skip
    if not use_challenge(session, answer.challenge, asked, now=now):
        raise PasskeyNotAdded
    if not insert_once(session, _passkey, row, conflict=["credential_id"]):
        raise PasskeyNotAdded
    record(session, Event("passkey.added", account_id, details={"passkey": str(passkey_id)}), now=now)
    tell_change(session, account_id, "passkey-added", outbox=floor.outbox)
    return Proof(account_id, methods(is_shared=made.is_shared, is_verified=made.is_verified))


def use_passkey(session: Session, asked: Asked, text: str, *, floor: Floor, now: datetime) -> Proof | None:
    """Give what a browser's answer proves, or nothing; commit in either case."""
    try:
        answer = parse_answer(text)
    except AnswerUnreadable:
        return None
    passkey = find_credential(session, answer.credential_id)
    outcome = _check(session, asked, answer, passkey, party_of(settings_of(floor)), now)
    if isinstance(outcome, Proof):
        return outcome
    account_id = passkey.account_id if passkey else asked.account_id
    log.info("passkey_refused", reason=outcome, account=str(account_id))
    if account_id is not None:  # what concerns nobody would let anybody fill the log
        record(session, Event("passkey.refused", account_id, details={"reason": outcome}), now=now)
    return None


def rename_passkey(session: Session, passkey: RegisteredPasskey, name: str, *, now: datetime) -> None:
    """Give a passkey another name; raises Invalid."""
    values = {"name": parse_name(name)}
    session.execute(sa.update(_passkey).where(_passkey.c.id == passkey.id).values(**values))
    event = Event("passkey.renamed", passkey.account_id, details={"passkey": str(passkey.id)})
    record(session, event, now=now)


def remove_passkey(session: Session, passkey: RegisteredPasskey, *, floor: Floor, now: datetime) -> None:
    """Remove a passkey; raises NotFound for one that is gone already."""
    session.execute(sa.delete(_passkey).where(_passkey.c.id == passkey.id))
    event = Event("passkey.removed", passkey.account_id, details={"passkey": str(passkey.id)})
    record(session, event, now=now)
    tell_change(session, passkey.account_id, "passkey-removed", outbox=floor.outbox)


def parse_name(text: str) -> str:
    """Read a passkey's name; raises Invalid."""
    name = clean_line(text)
    if not 0 < len(name) <= LONGEST_NAME:
        field = FieldFault("name", "Use between 1 and %(count)s characters", {"count": LONGEST_NAME})
        raise Invalid(fields=[field])
    return name


def _known_account(asked: Asked) -> UUID:
    if asked.account_id is None:
        raise NotFound
    return asked.account_id


def _check(
    session: Session,
    asked: Asked,
    answer: Answer,
    passkey: RegisteredPasskey | None,
    party: Party,
    now: datetime,
) -> Proof | str:
    """Give what is proved, or the reason for which it is not (spec C6.18)."""
    if not use_challenge(session, answer.challenge, asked, now=now):
        return "challenge"
    if passkey is None or not _is_owner(passkey, asked, answer):
        return "owner"
    try:
        assertion = check_assertion(answer, party, passkey.public_key)
    except AnswerWrong:
        return "answer"
    if asked.account_id is None and not assertion.is_verified:
        return "verification"
    if not _count_up(session, passkey, assertion, now):
        return "counter"
    return Proof(passkey.account_id, methods(is_shared=passkey.is_shared, is_verified=assertion.is_verified))


def _is_owner(passkey: RegisteredPasskey, asked: Asked, answer: Answer) -> bool:
    """Check whose passkey it is (Web Authentication Level 3 §7.2, step 6)."""
    if answer.user_handle not in (None, passkey.account_id.bytes):
        return False
    if asked.account_id is None:
        return answer.user_handle is not None
    return passkey.account_id == asked.account_id


def _count_up(session: Session, passkey: RegisteredPasskey, assertion: Assertion, now: datetime) -> bool:
    """Store the counter where it has grown; one that has not may be of a copy (§7.2, step 22)."""
    count = _passkey.c.sign_count
    has_grown: sa.ColumnElement[bool] = count < assertion.sign_count
    if assertion.sign_count == 0:
        has_grown = count == 0  # an authenticator without a counter
    newer = sa.update(_passkey).where(_passkey.c.id == passkey.id, has_grown)
    return claim(session, newer.values(sign_count=assertion.sign_count, last_used_at=now))
