"""Letters of the accounts, sent by the worker. Here it shows whether an address is known, nowhere before.

A letter about an account goes to the address stored there, never to one that was typed (spec C6.13),
and its link starts with the configured origin, never with a request's host (spec C6.16).
"""

from datetime import datetime, timedelta
from uuid import UUID

import structlog
from sqlalchemy.orm import Session

from idp.database import tables
from idp.kernel.ground import clock
from idp.kernel.outside.mail import Mail, message_id
from idp.kernel.web.i18n import gettext as _
from idp.kernel.web.i18n import in_language
from idp.kernel.work.floor import Floor
from idp.kernel.work.outbox import Delivery

from .links import LinkOrder, Purpose, forget_old_links, make_link
from .models import Account
from .queries import find_owner
from .rules import mailbox

log = structlog.get_logger("accounts")
LETTERS_AN_HOUR = 6
_HOUR_SECONDS = 3600


def on_registered(delivery: Delivery, floor: Floor) -> None:
    """Ask the person to confirm the address, or tell its owner that there already is an account."""
    with floor.db.writing() as session:
        account = session.get(Account, UUID(delivery.payload["account_id"]))
        if account is None or account.email_verified_at or not _may_write(session, account.email_key):
            return
        if find_owner(session, account.email_key) not in (None, account.id):
            letter = _already_known(account, floor)
        else:
            letter = _please_confirm(account, _link_for(session, delivery, account, "verify", floor))
    _send(floor, delivery, account.email, letter)


def on_reset_asked(delivery: Delivery, floor: Floor) -> None:
    """Send the recovery link to the account's own address; an unknown address gets nothing."""
    with floor.db.writing() as session:
        owner = find_owner(session, delivery.payload["email_key"])
        account = session.get(Account, owner) if owner else None
        if account is None or account.disabled_at or not _may_write(session, account.email_key):
            return
        letter = _please_choose_password(account, _link_for(session, delivery, account, "reset", floor))
    _send(floor, delivery, account.email, letter)


def forget_links(floor: Floor) -> None:
    """Drop links that ended a week ago."""
    with floor.db.writing() as session:
        forget_old_links(session, before=clock.now() - timedelta(days=7))


def _may_write(session: Session, email_key: str) -> bool:
    """Say whether one more letter may go to an address this hour; nobody's mailbox is flooded by us."""
    now: datetime = clock.now()
    hits = tables.guards.hit(session, "letters", email_key, window_seconds=_HOUR_SECONDS, now=now)
    return hits <= LETTERS_AN_HOUR


def _link_for(session: Session, delivery: Delivery, account: Account, purpose: Purpose, floor: Floor) -> str:
    order = LinkOrder(account.id, purpose, delivery.id)
    key = floor.settings.secret_key.get_secret_value()
    secret = make_link(session, order, secret_key=key, now=clock.now())
    return f"{floor.settings.public_url}/{purpose}/{secret}"


def _please_confirm(account: Account, link: str) -> tuple[str, str]:
    with in_language(account.locale):
        return _("Confirm your e-mail address"), _(
            "Hello,\n\nsomeone has registered with this address at iGrajdanin. If it was you, open the "
            "link and press the button:\n\n%(link)s\n\nThe link works for 24 hours. If it was not you, "
            "do nothing: without your confirmation the address stays unconfirmed.",
            link=link,
        )


def _already_known(account: Account, floor: Floor) -> tuple[str, str]:
    with in_language(account.locale):
        return _("You already have an account"), _(
            "Hello,\n\nsomeone has tried to register with this address at iGrajdanin. You already have "
            "an account with it, and nothing in it has changed. Sign in here:\n\n%(link)s\n\nIf you have "
            "forgotten the password, choose a new one there.",
            link=f"{floor.settings.public_url}/signin",
        )


def _please_choose_password(account: Account, link: str) -> tuple[str, str]:
    with in_language(account.locale):
        return _("Choose a new password"), _(
            "Hello,\n\nsomeone has asked for a new password for your account at iGrajdanin. If it was "
            "you, open the link:\n\n%(link)s\n\nThe link works for 30 minutes and once. If it was not "
            "you, do nothing: the old password stays.",
            link=link,
        )


def _send(floor: Floor, delivery: Delivery, to: str, letter: tuple[str, str]) -> None:
    subject, text = letter
    sender = floor.settings.mail.sender
    floor.mailer.send(
        Mail(to=mailbox(to), subject=subject, text=text, message_id=message_id(str(delivery.id), sender))
    )
    log.info("letter_sent", delivery=str(delivery.id))
