"""Posting a letter in the caller's transaction."""

from dataclasses import asdict

from sqlalchemy.orm import Session

from idp.kernel.work.outbox import Outbox

from .events import LETTER_POSTED, Letter


def post_letter(session: Session, letter: Letter, *, outbox: Outbox) -> None:
    """Leave a letter to be sent after the commit; the same `dedup` is posted once."""
    payload = {**asdict(letter), "about": str(letter.about)}
    outbox.emit(session, LETTER_POSTED, payload, key=f"letter:{letter.dedup}"[:120])
