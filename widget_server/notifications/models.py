"""The line that stays of a letter: no address, no words."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from widget_server.database import Model


class SentLetter(Model):
    """A letter that went out; the key is its delivery's, so a repeat writes no second line."""

    __tablename__ = "sent_letter"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    about: Mapped[UUID] = mapped_column(index=True)
    audience: Mapped[str] = mapped_column(String(40))
    occasion: Mapped[str] = mapped_column(String(40))
    dedup_digest: Mapped[str] = mapped_column(String(64), index=True)
    sent_at: Mapped[datetime]
