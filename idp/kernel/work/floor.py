"""The floor a job, a command or a route stands on: the collaborators it may need, already built."""

from dataclasses import dataclass

from ..crypto.capabilities import Capabilities
from ..crypto.envelope import Envelope
from ..ground.settings import KernelSettings
from ..outside.http import GuardedHttp
from ..outside.mail import Mailer
from ..outside.sms import SmsSender
from ..storage.database import Database
from ..storage.files import Files
from .outbox import Outbox


@dataclass(frozen=True)
class Floor:
    """One server's collaborators. Built once by the application factory; tests replace members."""

    settings: KernelSettings
    db: Database
    outbox: Outbox
    files: Files
    mailer: Mailer
    sms: SmsSender
    http: GuardedHttp
    envelope: Envelope
    capabilities: Capabilities
