"""Sending what was posted."""

from uuid import UUID

from idp.kernel.crypto.digests import digest
from idp.kernel.ground import clock
from idp.kernel.outside.mail import Mail, message_id
from idp.kernel.storage.database import insert_once
from idp.kernel.work.floor import Floor
from idp.kernel.work.outbox import Delivery

from .models import SentLetter


def send_letter(delivery: Delivery, floor: Floor) -> None:
    """Send a letter, then write its line; after a crash between the two it goes again with the same id."""
    letter = delivery.payload
    floor.mailer.send(
        Mail(
            to=letter["to"],
            subject=letter["subject"],
            text=letter["text"],
            message_id=message_id(str(delivery.id), floor.settings.mail.sender),
            reply_to=letter["reply_to"],
        )
    )
    line = {
        "id": delivery.id,
        "about": UUID(letter["about"]),
        "audience": letter["audience"],
        "occasion": letter["occasion"],
        "dedup_digest": digest(letter["dedup"]),
        "sent_at": clock.now(),
    }
    with floor.db.writing() as session:
        insert_once(session, SentLetter, line, conflict=["id"])
