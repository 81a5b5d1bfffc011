"""Commands of media.

Files are written before the row that names them: a crash leaves an unnamed file, never a hole.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from idp.kernel.ground.faults import Conflict
from idp.kernel.ground.ids import new_id
from idp.kernel.outside.images import Picture
from idp.kernel.storage.database import claim, take_turns
from idp.kernel.storage.files import Files

from .models import Photo

MOST_PHOTOS = 5
DRAFT_LIFE = timedelta(hours=48)
_LONG_AGO = datetime.fromtimestamp(0, UTC)


@dataclass(frozen=True, slots=True)
class KeptPicture:
    """A picture whose files are written: their names, and the measures in pixels."""

    full_file: str
    thumbnail_file: str
    width: int
    height: int


class EnoughPhotos(Conflict):
    """A problem takes MOST_PHOTOS photos."""

    code = "enough-photos"
    title = "There are enough photos already"
    detail = "Remove one to add another: five are taken at most."


def keep_picture(picture: Picture, *, files: Files) -> KeptPicture:
    """Write both sizes of a clean picture. Called before the transaction: a slow store holds up no writer."""
    return KeptPicture(
        full_file=files.put(picture.full, content_type="image/jpeg"),
        thumbnail_file=files.put(picture.thumbnail, content_type="image/webp"),
        width=picture.width,
        height=picture.height,
    )


def add_photo(session: Session, kept: KeptPicture, *, owner_id: UUID, now: datetime) -> UUID:
    """Make a kept picture a draft's photo and give its key; raises EnoughPhotos.

    The same picture is one photo, so a retry whose first answer was lost adds nothing.
    """
    take_turns(session, f"photos of {owner_id}")  # two at one moment would both see room
    mine = sa.select(Photo.id).where(Photo.owner_id == owner_id)
    same = session.scalar(mine.where(Photo.full_file == kept.full_file))
    if same is not None:
        return same
    if len(session.scalars(mine).all()) >= MOST_PHOTOS:
        raise EnoughPhotos
    photo = Photo(id=new_id(), owner_id=owner_id, added_at=now, is_draft=True, **asdict(kept))
    session.add(photo)
    session.flush()
    return photo.id


def remove_photo(session: Session, photo_id: UUID, *, owner_id: UUID) -> None:
    """Take a draft's photo away; taking it away twice is no error.

    The row stays, of nobody and long ago, so that the next sweep finds and destroys its files.
    """
    mine = sa.update(Photo).where(Photo.id == photo_id, Photo.owner_id == owner_id, Photo.is_draft)
    session.execute(mine.values(owner_id=new_id(), added_at=_LONG_AGO))


def hand_over(session: Session, *, from_owner: UUID, to_owner: UUID) -> int:
    """Give a draft's photos to the problem made of it; give how many those were."""
    mine = sa.update(Photo).where(Photo.owner_id == from_owner, Photo.is_draft)
    ids = session.scalars(mine.values(owner_id=to_owner, is_draft=False).returning(Photo.id)).all()
    return len(ids)


def adopt_photo(session: Session, photo_id: UUID, *, owner_id: UUID) -> bool:
    """Bring a photo sent by itself under a new owner, before it has become part of a problem."""
    free = sa.update(Photo).where(Photo.id == photo_id, Photo.is_draft)
    return claim(session, free.values(owner_id=owner_id))


def destroy_photos(session: Session, owner_ids: Iterable[UUID], *, files: Files) -> int:
    """Destroy rows and files of some owners, unless another photo names the same file; give how many rows."""
    mine = sa.select(Photo).where(Photo.owner_id.in_(list(owner_ids)))
    photos = session.scalars(mine).all()
    for photo in photos:
        session.delete(photo)
    session.flush()
    for name in {name for photo in photos for name in (photo.full_file, photo.thumbnail_file)}:
        if not _is_named(session, name):
            files.delete(name)
    return len(photos)


def abandoned_owners(session: Session, now: datetime) -> list[UUID]:
    """Give the drafts whose photos nobody came back for."""
    old = sa.select(Photo.owner_id).where(Photo.is_draft, Photo.added_at < now - DRAFT_LIFE).distinct()
    return list(session.scalars(old))


def _is_named(session: Session, name: str) -> bool:
    named = sa.select(Photo.id).where(sa.or_(Photo.full_file == name, Photo.thumbnail_file == name)).limit(1)
    return session.scalar(named) is not None
