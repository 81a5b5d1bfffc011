"""Posting a letter in the caller's transaction."""

from dataclasses import asdict

import sqlalchemy as sa
from sqlalchemy.orm import Session

from idp.kernel.crypto.digests import digest
from idp.kernel.work.outbox import Outbox

from .events import LETTER_POSTED, Letter
from .models import SentLetter


def post_letter(session: Session, letter: Letter, *, outbox: Outbox) -> None:
    """Leave a letter to be sent after the commit; the same `dedup` is posted once.

    Until it has gone the outbox knows it by its key, then the line that stays of it does.
    """
    key = digest(letter.dedup)
    if session.scalar(sa.select(SentLetter.id).where(SentLetter.dedup_digest == key).limit(1)) is not None:
        return
    payload = {**asdict(letter), "about": str(letter.about)}
    outbox.emit(session, LETTER_POSTED, payload, key=f"letter:{key}")
