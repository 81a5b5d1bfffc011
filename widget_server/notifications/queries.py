"""Reads of what went out."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from .models import SentLetter


@dataclass(frozen=True, slots=True)
class LetterLine:
    """To what kind of receiver, on what occasion, when."""

    audience: str
    occasion: str
    sent_at: datetime


def letters_about(session: Session, about: UUID) -> tuple[LetterLine, ...]:
    """Give the letters sent about a subject, oldest first."""
    rows = session.scalars(
        sa.select(SentLetter).where(SentLetter.about == about).order_by(SentLetter.sent_at)
    )
    return tuple(LetterLine(row.audience, row.occasion, row.sent_at) for row in rows)
