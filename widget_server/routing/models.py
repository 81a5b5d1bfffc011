"""Tables of the services and of what they are responsible for."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from idp.kernel.ground.ids import new_id
from widget_server.database import Model


class Authority(Model):
    """A service that answers reports. One that left its file is switched off, never deleted."""

    __tablename__ = "authority"
    __table_args__ = (UniqueConstraint("code"), Index(None, "source"))

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    code: Mapped[str] = mapped_column(String(80))
    name_ru: Mapped[str] = mapped_column(String(300))
    name_en: Mapped[str] = mapped_column(String(300))
    short_name_ru: Mapped[str] = mapped_column(String(120))
    short_name_en: Mapped[str] = mapped_column(String(120))
    name_ru_to: Mapped[str] = mapped_column(String(120))
    email: Mapped[str] = mapped_column(String(254))
    phone: Mapped[str] = mapped_column(String(40))
    site: Mapped[str] = mapped_column(String(300))
    legal_note_ru: Mapped[str] = mapped_column(String(1000))
    legal_note_en: Mapped[str] = mapped_column(String(1000))
    territory_id: Mapped[UUID | None] = mapped_column(ForeignKey("territory.id"))
    is_active: Mapped[bool] = mapped_column(default=True)
    source: Mapped[str] = mapped_column(String(80))
    loaded_at: Mapped[datetime]


class Responsibility(Model):
    """Whom a territory and a scope (category, group or "*") belong to, perhaps under one answer only.

    No condition is the empty text, because a unique constraint does not hold for NULL.
    """

    __tablename__ = "responsibility"
    __table_args__ = (
        UniqueConstraint("authority_id", "territory_id", "scope", "question", "value"),
        Index(None, "territory_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    authority_id: Mapped[UUID] = mapped_column(ForeignKey("authority.id", ondelete="CASCADE"))
    territory_id: Mapped[UUID] = mapped_column(ForeignKey("territory.id"))
    scope: Mapped[str] = mapped_column(String(81))
    question: Mapped[str] = mapped_column(String(40), default="")
    value: Mapped[str] = mapped_column(String(80), default="")
    answer_days: Mapped[int | None]
    answer_kind: Mapped[str | None] = mapped_column(String(8))
    fix_days: Mapped[int | None]
    fix_kind: Mapped[str | None] = mapped_column(String(8))
    priority: Mapped[int] = mapped_column(default=0)
