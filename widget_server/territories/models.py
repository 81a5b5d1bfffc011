"""Tables of the territories: polygons with levels, places by name, and the revision that caches compare."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from idp.kernel.ground.ids import new_id
from widget_server.database import Model


class Territory(Model):
    """A polygon of a level. A territory that left its file is retired, never deleted: reports point to it."""

    __tablename__ = "territory"
    __table_args__ = (UniqueConstraint("code"), Index(None, "source", "level"))

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    code: Mapped[str] = mapped_column(String(80))
    level: Mapped[str] = mapped_column(String(16))
    parent_code: Mapped[str | None] = mapped_column(String(80))
    name_ru: Mapped[str] = mapped_column(String(200))
    name_en: Mapped[str] = mapped_column(String(200))
    region: Mapped[str] = mapped_column(String(8))
    timezone: Mapped[str | None] = mapped_column(String(40))
    geometry: Mapped[bytes] = mapped_column(LargeBinary)
    west: Mapped[float]
    south: Mapped[float]
    east: Mapped[float]
    north: Mapped[float]
    source: Mapped[str] = mapped_column(String(80))
    revision: Mapped[str] = mapped_column(String(36))
    loaded_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]


class PlaceRevision(Model):
    """One row per subject whose present state is cached in memory; a new token makes caches read again."""

    __tablename__ = "place_revision"

    subject: Mapped[str] = mapped_column(String(32), primary_key=True)
    token: Mapped[str] = mapped_column(String(36))


class GazetteerPlace(Model):
    """A place that can be found by its name."""

    __tablename__ = "gazetteer_place"
    __table_args__ = (Index(None, "source"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    source: Mapped[str] = mapped_column(String(80))
    label_ru: Mapped[str] = mapped_column(String(300))
    label_en: Mapped[str] = mapped_column(String(300))
    lon: Mapped[float]
    lat: Mapped[float]
    kind: Mapped[str] = mapped_column(String(40))
    weight: Mapped[int]


class GazetteerPrefix(Model):
    """A beginning of a word of a place's name: the index every look-up goes through."""

    __tablename__ = "gazetteer_prefix"
    __table_args__ = (Index(None, "place_id"),)

    prefix: Mapped[str] = mapped_column(String(16), primary_key=True)
    place_id: Mapped[UUID] = mapped_column(
        ForeignKey("gazetteer_place.id", ondelete="CASCADE"), primary_key=True
    )
