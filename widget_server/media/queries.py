"""Reads of photos: the links under which they can be seen for a while."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from idp.kernel.crypto.capabilities import Capabilities

from .models import Photo

LINK_LIFE = timedelta(hours=24)
_DAY_SECONDS = 24 * 3600


@dataclass(frozen=True, slots=True)
class PhotoView:
    """A photo as a page shows it: signed addresses of both sizes, its measures in pixels."""

    id: UUID
    url: str
    thumbnail_url: str
    width: int
    height: int


def photos_of(
    session: Session, owner_ids: Sequence[UUID], *, capabilities: Capabilities, now: datetime
) -> dict[UUID, tuple[PhotoView, ...]]:
    """Give the photos of some owners, oldest first, by owner."""
    rows = session.scalars(sa.select(Photo).where(Photo.owner_id.in_(owner_ids)).order_by(Photo.id))
    found: dict[UUID, tuple[PhotoView, ...]] = {}
    for row in rows:
        found[row.owner_id] = (*found.get(row.owner_id, ()), _view(row, capabilities, now))
    return found


def photo_file(session: Session, photo_id: UUID, size: str) -> tuple[str, str] | None:
    """Give the file's name and media type of one size of a photo."""
    photo = session.get(Photo, photo_id)
    if photo is None:
        return None
    return (photo.thumbnail_file, "image/webp") if size == "thumbnail" else (photo.full_file, "image/jpeg")


def _view(photo: Photo, capabilities: Capabilities, now: datetime) -> PhotoView:
    # Rounded up to a day, so that a page shown twice names the same address and caches help.
    expires = (int((now + LINK_LIFE).timestamp()) // _DAY_SECONDS + 1) * _DAY_SECONDS

    def url(size: str) -> str:
        token = capabilities.mint("photo", str(photo.id), size, str(expires))
        return f"/media/{photo.id}/{size}?until={expires}&key={token}"

    return PhotoView(photo.id, url("full"), url("thumbnail"), photo.width, photo.height)
