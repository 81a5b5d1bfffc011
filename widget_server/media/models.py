"""The table of photos."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from idp.kernel.ground.ids import new_id
from widget_server.database import Model


class Photo(Model):
    """A clean photo: two files (JPEG at most 1600 px, WebP of 320 px) and who owns it."""

    __tablename__ = "photo"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    owner_id: Mapped[UUID] = mapped_column(index=True)
    full_file: Mapped[str] = mapped_column(String(64))
    thumbnail_file: Mapped[str] = mapped_column(String(64), index=True)
    width: Mapped[int]
    height: Mapped[int]
    added_at: Mapped[datetime] = mapped_column(index=True)
    is_draft: Mapped[bool]
