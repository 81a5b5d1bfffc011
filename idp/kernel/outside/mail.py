"""Outgoing mail behind one small protocol: a server by SMTP, a folder for the demo, a list for tests.

A mailer is only called by the worker, never by a request: what a request wants to say goes through
the outbox. The message id is derived from the delivery, so that a repeat after a crash is
recognised as the same letter.
"""

import smtplib
import ssl
from dataclasses import dataclass, field
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from pathlib import Path
from typing import Protocol

from ..ground import clock
from ..ground.settings import MailSettings
from ..ground.text import clean_line

SMTP_TIMEOUT_SECONDS = 20


@dataclass(frozen=True, slots=True)
class Mail:
    """One letter to one person: text first, an optional HTML twin, one purpose."""

    to: str
    subject: str
    text: str
    message_id: str
    html: str | None = None
    reply_to: str | None = None
    headers: tuple[tuple[str, str], ...] = ()


class Mailer(Protocol):
    """Whoever can send a letter; raises OSError (or a subclass) when it could not, to be tried again."""

    def send(self, mail: Mail) -> None:
        """Send one letter, or raise."""


@dataclass
class MemoryMailer:
    """Keeps letters in a list: the null mailer of the tests."""

    sent: list[Mail] = field(default_factory=list)

    def send(self, mail: Mail) -> None:
        """Keep the letter."""
        self.sent.append(mail)


@dataclass(frozen=True)
class FolderMailer:
    """Writes each letter as one .eml file; a repeat of a letter overwrites its own file."""

    folder: Path
    sender: str

    def send(self, mail: Mail) -> None:
        """Write the letter where the demo's mailbox shows it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        at = clock.now()
        path = self.folder / f"{mail.message_id.strip('<>').replace('/', '_')}.eml"
        draft = path.with_suffix(".part")
        draft.write_bytes(bytes(compose(mail, sender=self.sender, at=at)))
        draft.replace(path)


@dataclass(frozen=True)
class SmtpMailer:
    """Hands letters to a mail server, with STARTTLS unless the operator says otherwise."""

    settings: MailSettings

    def send(self, mail: Mail) -> None:
        """Send by SMTP; smtplib's errors are OSErrors."""
        message = compose(mail, sender=self.settings.sender, at=clock.now())
        with smtplib.SMTP(
            self.settings.smtp_host, self.settings.smtp_port, timeout=SMTP_TIMEOUT_SECONDS
        ) as server:
            if self.settings.smtp_starttls:
                server.starttls(context=ssl.create_default_context())
            if self.settings.smtp_user:
                server.login(self.settings.smtp_user, self.settings.smtp_password.get_secret_value())
            server.send_message(message)


def make_mailer(settings: MailSettings) -> Mailer:
    """Give the mailer that the settings ask for."""
    if settings.folder is not None:
        return FolderMailer(settings.folder, settings.sender)
    return SmtpMailer(settings)


def compose(mail: Mail, *, sender: str, at: datetime) -> EmailMessage:
    """Give the message as it goes out; CR and LF cannot enter a header (spec C8.14)."""
    message = EmailMessage()
    message["From"] = sender
    message["To"] = Address(addr_spec=clean_line(mail.to))  # one address: what else it says is refused
    message["Subject"] = clean_line(mail.subject)
    message["Date"] = format_datetime(at)
    message["Message-ID"] = mail.message_id
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834 §5: no vacation answers to us
    if mail.reply_to:
        message["Reply-To"] = Address(addr_spec=clean_line(mail.reply_to))
    for name, value in mail.headers:
        message[name] = clean_line(value)
    message.set_content(mail.text)
    if mail.html:
        message.add_alternative(mail.html, subtype="html")
    return message


def message_id(delivery: str, sender: str) -> str:
    """Give the Message-ID of a delivery under the sender's domain (RFC 5322 §3.6.4)."""
    domain = parseaddr(sender)[1].partition("@")[2] or "localhost"
    return f"<{delivery}@{domain}>"
