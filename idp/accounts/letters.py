"""What the letters and SMS of the accounts say, in the language of the answer; pure texts, sent by `jobs`."""

from dataclasses import dataclass
from datetime import datetime

from idp.kernel.web.i18n import day, moment
from idp.kernel.web.i18n import gettext as _

from .acts import Act


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter's subject and text; an SMS has the text alone."""

    subject: str
    text: str


def code_by_sms(code: str, *, host: str) -> Letter:
    """Give the code, bound to our host in the form that browsers fill in by themselves (WebOTP)."""
    text = _(
        "%(code)s is your iGrajdanin code. Tell it to nobody.\n\n@%(host)s #%(code)s", code=code, host=host
    )
    return Letter("", text)


def please_confirm(link: str, code: str) -> Letter:
    """Ask the person to confirm the address."""
    return Letter(
        _("Confirm your e-mail address"),
        _(
            "Hello,\n\nsomeone has entered this address at iGrajdanin. If it was you, open the link and "
            "press the button:\n\n%(link)s\n\nOr type the code %(code)s where you were asked for it. The "
            "code works for 10 minutes, the link for 24 hours. If it was not you, do nothing: without "
            "your confirmation the address stays unconfirmed.",
            link=link,
            code=code,
        ),
    )


def already_known(link: str) -> Letter:
    """Tell an address's owner that somebody tried to take it; short enough for an SMS."""
    return Letter(
        _("You already have an account"),
        _(
            "Somebody has entered this address or number at iGrajdanin. You already have an account with "
            "it, and nothing in it has changed. Sign in or choose a new password: %(link)s",
            link=link,
        ),
    )


def please_choose_password(link: str, code: str) -> Letter:
    """Send the way to a new password."""
    return Letter(
        _("Choose a new password"),
        _(
            "Hello,\n\nsomeone has asked for a new password for your account at iGrajdanin. If it was "
            "you, open the link:\n\n%(link)s\n\nOr type the code %(code)s where you were asked for it. "
            "The code works for 10 minutes, the link for 30, and only once. If it was not you, do "
            "nothing: the old password stays.",
            link=link,
            code=code,
        ),
    )


def address_changes(link: str) -> Letter:
    """Tell the owner of an address that another one takes its place, with the way back."""
    return Letter(
        _("Your e-mail address is being changed"),
        _(
            "Hello,\n\nsomebody who is signed in to your account at iGrajdanin changes its e-mail address, "
            "from this one to another. If it is you, do nothing.\n\nIf it is not you, open the link and "
            "press the button:\n\n%(link)s\n\nThis address stays, everybody is signed out, and you choose "
            "a new password. The link works for 7 days.",
            link=link,
        ),
    )


def leaving(due_at: datetime, link: str) -> Letter:
    """Tell a person when the account will be deleted; short enough for an SMS."""
    return Letter(
        _("Your account will be deleted"),
        _(
            "Your iGrajdanin account will be deleted on %(day)s. To keep it, sign in before: %(link)s",
            day=day(due_at),
            link=link,
        ),
    )


def destroyed(act: Act, link: str, *, sub: str, operator: str) -> Letter:
    """Give the person the act of destruction: the last letter to this address."""
    return Letter(
        _("Act of destruction of personal data No. %(number)s", number=act.number),
        _(
            "Hello,\n\nat your request all personal data of your account %(sub)s at %(operator)s was "
            "destroyed on %(at)s, and this address with it once this letter is sent.\n\nThe act No. "
            "%(number)s, to read and to print: %(link)s\n\nKeep this letter: nothing else ties the act to "
            "you any more.",
            sub=sub,
            operator=operator,
            at=moment(act.destroyed_at),
            number=act.number,
            link=link,
        ),
    )
