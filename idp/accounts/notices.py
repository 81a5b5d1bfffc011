"""Notices: a letter to the account's address whenever something that guards the account has changed.

Whoever takes an account over changes its factors first; its owner hears of it at once and is told
what to do.
"""

from collections.abc import Mapping
from typing import Literal
from uuid import UUID

from flask_babel.speaklater import LazyString
from sqlalchemy.orm import Session

from idp.kernel.outside.mail import Mail, message_id
from idp.kernel.web.i18n import gettext as _
from idp.kernel.web.i18n import in_language, lazy_gettext
from idp.kernel.work.floor import Floor
from idp.kernel.work.outbox import Delivery, Outbox

from .models import Account
from .rules import mailbox

CHANGED = "accounts.changed"
Change = Literal[
    "passkey-added", "passkey-removed", "app-added", "app-removed", "codes-made", "code-used", "codes-guessed"
]
WHAT: Mapping[Change, LazyString] = {
    "passkey-added": lazy_gettext("A passkey was added to your account"),
    "passkey-removed": lazy_gettext("A passkey was removed from your account"),
    "app-added": lazy_gettext("An app with one-time codes was added to your account"),
    "app-removed": lazy_gettext("The app with one-time codes was removed from your account"),
    "codes-made": lazy_gettext("New recovery codes were made for your account"),
    "code-used": lazy_gettext("Somebody signed in to your account with a recovery code"),
    "codes-guessed": lazy_gettext("Somebody who has your password is guessing the codes of your account"),
}


def tell_change(session: Session, account_id: UUID, change: Change, *, outbox: Outbox) -> None:
    """Leave the news that sends the letter, in the caller's transaction."""
    outbox.emit(session, CHANGED, {"account_id": str(account_id), "change": change})


def on_changed(delivery: Delivery, floor: Floor) -> None:
    """Write to the account's own address; one without an address hears nothing."""
    with floor.db.reading() as session:
        account = session.get(Account, UUID(delivery.payload["account_id"]))
    if account is None or not account.email:
        return
    with in_language(account.locale):
        what = str(WHAT[delivery.payload["change"]])
        text = _letter(what, f"{floor.settings.public_url}/account/security")
    sent_as = message_id(str(delivery.id), floor.settings.mail.sender)
    floor.mailer.send(Mail(to=mailbox(account.email), subject=what, text=text, message_id=sent_as))


def _letter(what: str, link: str) -> str:
    return _(
        "Hello,\n\n%(what)s at iGrajdanin. If it was you, there is nothing to do.\n\nIf it was not you, "
        "choose a new password now and look at what guards your account:\n\n%(link)s",
        what=what,
        link=link,
    )
