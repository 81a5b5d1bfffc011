"""Tables of the proofs of consent and of the destruction log."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from idp.kernel.ground.ids import new_id
from idp.kernel.storage.database import JsonList
from widget_server.database import Model


class ConsentText(Model):
    """The exact words of a box, stored once; the key is their digest."""

    __tablename__ = "consent_text"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    purpose: Mapped[str] = mapped_column(String(40))
    version: Mapped[str] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(8))
    text: Mapped[str] = mapped_column(Text)


class ConsentProof(Model):
    """That a subject agreed to a text: when, and on whose page."""

    __tablename__ = "consent_proof"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    subject_id: Mapped[UUID] = mapped_column(index=True)
    text_digest: Mapped[str] = mapped_column(ForeignKey("consent_text.digest"))
    origin: Mapped[str] = mapped_column(String(255))
    given_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]


class Destruction(Model):
    """One line of the destruction log: what of whom was destroyed, when, on what ground; no personal data."""

    __tablename__ = "destruction"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    at: Mapped[datetime] = mapped_column(index=True)
    subject_id: Mapped[UUID]
    ground: Mapped[str] = mapped_column(String(80))
    what: Mapped[JsonList]
