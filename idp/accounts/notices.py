"""Notices: a letter or SMS to the account's proved address whenever what guards it has changed.

Whoever takes an account over changes its factors first; its owner hears of it at once and is told
what to do.
"""

from collections.abc import Mapping
from typing import Literal
from uuid import UUID

from flask_babel.speaklater import LazyString
from sqlalchemy.orm import Session

from idp.kernel.web.i18n import gettext as _
from idp.kernel.web.i18n import lazy_gettext
from idp.kernel.work.outbox import Outbox

from .letters import Letter

CHANGED = "accounts.changed"
Change = Literal[
    "passkey-added", "passkey-removed", "app-added", "app-removed", "codes-made", "code-used",
    "codes-guessed",     "password-changed", "phone-changed",
]  # fmt: skip
WHAT: Mapping[Change, LazyString] = {
    "passkey-added": lazy_gettext("A passkey was added to your account"),
    "passkey-removed": lazy_gettext("A passkey was removed from your account"),
    "app-added": lazy_gettext("An app with one-time codes was added to your account"),
    "app-removed": lazy_gettext("The app with one-time codes was removed from your account"),
    "codes-made": lazy_gettext("New recovery codes were made for your account"),
    "password-changed": lazy_gettext("The password of your account was changed"),
    "phone-changed": lazy_gettext("The telephone number of your account is being changed"),
    "code-used": lazy_gettext("Somebody signed in to your account with a recovery code"),
    "codes-guessed": lazy_gettext("Somebody who has your password is guessing the codes of your account"),
}


def tell_change(session: Session, account_id: UUID, change: Change, *, outbox: Outbox) -> None:
    """Leave the news that sends the letter, in the caller's transaction."""
    outbox.emit(session, CHANGED, {"account_id": str(account_id), "change": change})


def change_letter(change: Change, origin: str) -> Letter:
    """Say what has changed, and what to do if it was somebody else."""
    what = str(WHAT[change])
    text = _(
        "Hello,\n\n%(what)s at iGrajdanin. If it was you, there is nothing to do.\n\nIf it was not you, "
        "choose a new password now and look at what guards your account:\n\n%(link)s",
        what=what,
        link=f"{origin}/account/security",
    )
    return Letter(what, text)
