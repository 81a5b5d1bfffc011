"""Tables of partners and their origins."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from idp.kernel.ground.ids import new_id
from widget_server.database import Model


class Partner(Model):
    """A site that embeds the widget. `key` is public: it stands in the snippet."""

    __tablename__ = "partner"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    key: Mapped[str] = mapped_column(String(40), unique=True)
    name_ru: Mapped[str] = mapped_column(String(200))
    name_en: Mapped[str] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(8))
    lon: Mapped[float]
    lat: Mapped[float]
    zoom: Mapped[int]
    is_enabled: Mapped[bool]
    created_at: Mapped[datetime]


class PartnerOrigin(Model):
    """One origin whose pages may frame the widget under a partner's key."""

    __tablename__ = "partner_origin"

    partner_id: Mapped[UUID] = mapped_column(ForeignKey("partner.id", ondelete="CASCADE"), primary_key=True)
    origin: Mapped[str] = mapped_column(String(255), primary_key=True)
