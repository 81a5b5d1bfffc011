"""The letter, as it travels through the outbox."""

from dataclasses import dataclass
from uuid import UUID

LETTER_POSTED = "notifications.letter_posted"


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter: to whom, on what occasion, about which subject; `text` is complete and translated.

    `audience` and `occasion` are short words for the log ("authority", "sent"); `dedup` makes a
    repeated job post it only once.
    """

    to: str
    subject: str
    text: str
    audience: str
    occasion: str
    about: UUID
    dedup: str
    reply_to: str | None = None
