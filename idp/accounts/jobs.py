"""Letters and SMS of the accounts, sent by the worker. Only here it shows whether an address is known.

A letter about an account goes to the address stored there, never to one that was typed (spec C6.13),
and its link starts with the configured origin, never with a request's host (spec C6.16). A message
costs money, so SMS are counted by number and all together as well, and stop silently (SMS pumping).
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from sqlalchemy.orm import Session

from idp.database import tables
from idp.kernel.ground import clock
from idp.kernel.outside.mail import Mail, message_id
from idp.kernel.outside.sms import Sms
from idp.kernel.storage.batches import in_batches
from idp.kernel.web.i18n import in_language
from idp.kernel.work.floor import Floor
from idp.kernel.work.outbox import Delivery
from idp.settings import settings_of

from . import letters
from .acts import find_act
from .deletion import destroy, leaving_accounts
from .links import Link, Secrets, find_link, forget_old_links, open_link
from .models import Account
from .notices import change_letter
from .queries import find_owner
from .rules import Address, mailbox, parse_address

log = structlog.get_logger("accounts")
FAREWELL = "accounts.farewell"
FAREWELL_ATTEMPTS = 6
LETTERS_AN_HOUR = 6
SMS_AN_HOUR = 4
SMS_A_DAY = 10
_HOUR_SECONDS = 3600
_DAY_SECONDS = 24 * _HOUR_SECONDS


@dataclass(frozen=True, slots=True)
class Message:
    """Something to be sent: a letter, or an SMS when the address is a number."""

    to: Address
    letter: letters.Letter


def on_proof_asked(delivery: Delivery, floor: Floor) -> None:
    """Send the link, the code, or the word that there is an account; nothing when nobody is meant."""
    with floor.db.writing() as session:
        link = find_link(session, UUID(delivery.payload["link_id"]), now=clock.now())
        message = _message(session, link, floor) if link else None
    if message:
        _send(floor, delivery, message)


def on_changed(delivery: Delivery, floor: Floor) -> None:
    """Write to the account's proved address; one without hears nothing."""
    with floor.db.writing() as session:
        account = session.get(Account, UUID(delivery.payload["account_id"]))
        to = _may_be_told(session, account, floor)
    if account is None or to is None:
        return
    with in_language(account.locale):
        letter = change_letter(delivery.payload["change"], floor.settings.public_url)
    _send(floor, delivery, Message(to, letter))


def on_leaving(delivery: Delivery, floor: Floor) -> None:
    """Tell a person when the account will be deleted, unless that was called off meanwhile."""
    with floor.db.writing() as session:
        account = session.get(Account, UUID(delivery.payload["account_id"]))
        to = _may_be_told(session, account, floor)
    if account is None or to is None or account.deletion_due_at is None:
        return
    with in_language(account.locale):
        letter = letters.leaving(account.deletion_due_at, f"{floor.settings.public_url}/signin")
    _send(floor, delivery, Message(to, letter))


def destroy_due(floor: Floor) -> None:
    """Destroy the accounts whose days are over, each in a transaction of its own."""
    with floor.db.reading() as session:
        due = leaving_accounts(session, now=clock.now())
    for leaving in due:
        with floor.db.writing() as session:
            account = session.get(Account, leaving.account_id)
            farewell = _farewell(account) if account else {}
            act = destroy(session, leaving, outbox=floor.outbox, now=clock.now())
            if act and farewell:
                sealed = floor.envelope.seal(json.dumps(farewell).encode(), FAREWELL).hex()
                floor.outbox.emit(session, FAREWELL, {"sealed": sealed, "act": act.number})


def on_farewell(delivery: Delivery, floor: Floor) -> None:
    """Send the act to the last address; after some vain attempts the address is forgotten all the same."""
    known = json.loads(floor.envelope.open(bytes.fromhex(delivery.payload["sealed"]), FAREWELL))
    with floor.db.reading() as session:
        act = find_act(session, delivery.payload["act"])
    to = parse_address(known["to"])
    if act is None or to is None:
        return
    token = floor.capabilities.mint("destruction-act", str(act.number), act.subject)
    link = f"{floor.settings.public_url}/destruction/{act.number}/{token}"
    with in_language(known["locale"]):
        letter = letters.destroyed(act, link, sub=known["sub"], operator=settings_of(floor).operator_name)
    try:
        _send(floor, delivery, Message(to, letter))
    except OSError:
        if delivery.attempt < FAREWELL_ATTEMPTS:
            raise


def forget_links(floor: Floor) -> None:
    """Drop links that ended a week ago."""
    now = clock.now()
    in_batches(floor.db, lambda session: forget_old_links(session, before=now - timedelta(days=7)))


def _message(session: Session, link: Link, floor: Floor) -> Message | None:
    owner = find_owner(session, link.address.key)
    account = session.get(Account, link.account_id or owner) if link.account_id or owner else None
    if account is None or account.disabled_at or not _may_send(session, link.address, floor):
        return None
    to = _stored(account, link.address) if link.purpose == "reset" else link.address
    with in_language(account.locale):
        if link.purpose == "verify" and owner not in (None, account.id):
            return Message(to, letters.already_known(f"{floor.settings.public_url}/signin"))
        return Message(to, _letter(link, _secrets(session, link, account.id, floor), floor))


def _letter(link: Link, secrets: Secrets, floor: Floor) -> letters.Letter:
    origin = floor.settings.public_url
    address = f"{origin}/{link.purpose}/{secrets.link}"
    if link.purpose == "undo":
        return letters.address_changes(address)
    if link.address.is_phone:
        return letters.code_by_sms(secrets.code, host=floor.settings.host.partition(":")[0])
    if link.purpose == "verify":
        return letters.please_confirm(address, secrets.code)
    return letters.please_choose_password(address, secrets.code)


def _secrets(session: Session, link: Link, account_id: UUID, floor: Floor) -> Secrets:
    key = floor.settings.secret_key.get_secret_value()
    return open_link(session, link, account_id, secret_key=key, now=clock.now())


def _may_be_told(session: Session, account: Account | None, floor: Floor) -> Address | None:
    """Give where a notice goes. Letters of this kind are not counted: no flood of others hides them."""
    to = _proved_address(account) if account else None
    return to if to and (not to.is_phone or _may_send(session, to, floor)) else None


def _proved_address(account: Account) -> Address | None:
    """Give where a person is told things: e-mail costs nothing, so it comes first."""
    if account.login_key and account.email_verified_at:
        return parse_address(account.email or "")
    return parse_address(account.phone or "") if account.phone_key else None


def _farewell(account: Account) -> dict[str, str]:
    """Give what the last letter needs, or nothing when no address is proved."""
    to = _proved_address(account)
    return {"to": to.text, "locale": account.locale, "sub": str(account.id)} if to else {}


def _stored(account: Account, typed: Address) -> Address:
    """Give the account's own spelling of an address by which somebody asked for it."""
    return parse_address((account.phone if typed.is_phone else account.email) or "") or typed


def _may_send(session: Session, to: Address, floor: Floor) -> bool:
    """Say whether one more may go to an address; nobody is flooded by us, nobody runs up our bill."""
    if not to.is_phone:
        return _hits(session, "letters", to.key, _HOUR_SECONDS) <= LETTERS_AN_HOUR
    counted = (
        _hits(session, "sms.hour", to.key, _HOUR_SECONDS) <= SMS_AN_HOUR,
        _hits(session, "sms.day", to.key, _DAY_SECONDS) <= SMS_A_DAY,
    )
    if not all(counted):
        return False
    is_allowed = _hits(session, "sms.all", "", _HOUR_SECONDS) <= floor.settings.sms.most_an_hour
    if not is_allowed:
        log.error("sms_budget_spent")
    return is_allowed


def _hits(session: Session, name: str, key: str, window_seconds: int) -> int:
    now: datetime = clock.now()
    return tables.guards.hit(session, name, key, window_seconds=window_seconds, now=now)


def _send(floor: Floor, delivery: Delivery, message: Message) -> None:
    to, letter = message.to, message.letter
    if to.is_phone:
        floor.sms.send(Sms(to.key, letter.text, str(delivery.id)))
    else:
        name = message_id(str(delivery.id), floor.settings.mail.sender)
        floor.mailer.send(
            Mail(to=mailbox(to.text), subject=letter.subject, text=letter.text, message_id=name)
        )
    log.info("message_sent", delivery=str(delivery.id), by="sms" if to.is_phone else "mail")
