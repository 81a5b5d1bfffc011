"""Outgoing SMS behind one small protocol: a gateway over HTTP, a folder for the demo, a list for tests.

Like letters, messages are only sent by the worker. Each costs money, so whoever asks for one is
counted before it is asked for; the sender itself counts nothing. A repeat after a crash carries the
same id, by which a gateway recognises it.
"""

from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Protocol

import structlog

from ..ground import clock
from ..ground.settings import SmsSettings
from ..ground.text import clean_line
from .http import FetchError, GuardedHttp

log = structlog.get_logger("sms")


@dataclass(frozen=True, slots=True)
class Sms:
    """One message to one number in E.164."""

    to: str
    text: str
    message_id: str


class SmsSender(Protocol):
    """Whoever can send a message; raises OSError (or a subclass) when it could not, to be tried again."""

    def send(self, sms: Sms) -> None:
        """Send one message, or raise."""


class GatewayRefused(OSError):
    """The gateway did not take the message."""


@dataclass
class MemorySender:
    """Keeps messages in a list: the null sender of the tests."""

    sent: list[Sms] = field(default_factory=list)

    def send(self, sms: Sms) -> None:
        """Keep the message."""
        self.sent.append(sms)


@dataclass(frozen=True)
class FolderSender:
    """Writes each message as one .eml file beside the letters, so that the demo's mailbox shows it.

    The console hears where it lies, never what it says: a log holds no codes (spec C8.15).
    """

    folder: Path

    def send(self, sms: Sms) -> None:
        """Write the message; a repeat overwrites its own file."""
        self.folder.mkdir(parents=True, exist_ok=True)
        path = self.folder / f"{clean_line(sms.message_id).replace('/', '_')}.eml"
        draft = path.with_suffix(".part")
        draft.write_bytes(bytes(_as_letter(sms)))
        draft.replace(path)
        log.info("sms_written", path=str(path))


@dataclass(frozen=True)
class GatewaySender:
    """Hands messages to a gateway: a form with `to`, `text`, `id` and `from`, a bearer token, any 2xx."""

    settings: SmsSettings
    http: GuardedHttp

    def send(self, sms: Sms) -> None:
        """Send by HTTP; raises GatewayRefused."""
        form = {"to": sms.to, "text": sms.text, "id": sms.message_id, "from": self.settings.sender}
        token = self.settings.gateway_token.get_secret_value()
        try:
            answer = self.http.post_form(self.settings.gateway_url, form, bearer=token)
        except FetchError as error:
            raise GatewayRefused(type(error).__name__) from error
        if not 200 <= answer.status < 300:
            raise GatewayRefused(f"status {answer.status}")


def make_sender(settings: SmsSettings, http: GuardedHttp, *, folder: Path) -> SmsSender:
    """Give the sender that the settings ask for; without a gateway, the folder."""
    return GatewaySender(settings, http) if settings.gateway_url else FolderSender(folder)


def _as_letter(sms: Sms) -> EmailMessage:
    message = EmailMessage()
    message["To"] = clean_line(sms.to)
    message["Subject"] = "SMS"
    message["Date"] = format_datetime(clock.now())
    message.set_content(sms.text)
    return message
