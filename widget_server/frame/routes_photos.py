"""Photos of a draft: taken from the plain form and from scripts alike, one that fails loses no other."""

from flask import request
from werkzeug.datastructures import FileStorage

from idp.kernel.ground import clock
from idp.kernel.ground.faults import Fault, FieldFault
from idp.kernel.ground.ids import UUID, parse_id
from idp.kernel.outside.images import Picture, process_picture
from idp.kernel.web.floor import current_floor
from idp.kernel.web.limits import check_limit, peer
from widget_server.media import MOST_PHOTOS, add_photo, keep_picture, remove_photo


def take_photos(draft_id: UUID) -> list[FieldFault]:
    """Keep the form's photos and drop the one it asks to remove; give what was wrong with which photo."""
    removed = parse_id(request.form.get("remove", ""))
    if removed is not None:
        drop_photo(draft_id, removed)
    sent = [file for file in request.files.getlist("photo") if file.filename]
    return [fault for file in sent[: MOST_PHOTOS + 1] for fault in _take(draft_id, file)]


def keep_photo(draft_id: UUID, file: FileStorage) -> tuple[UUID, Picture]:
    """Clean one photo and keep it for the draft; raises the faults of pictures."""
    check_limit("photo", "60/minute", peer())
    picture = process_picture(file.stream.read())
    floor = current_floor()
    kept = keep_picture(picture, files=floor.files)
    with floor.db.writing() as session:
        return add_photo(session, kept, owner_id=draft_id, now=clock.now()), picture


def drop_photo(draft_id: UUID, photo_id: UUID) -> None:
    """Take a photo of a draft away."""
    with current_floor().db.writing() as session:
        remove_photo(session, photo_id, owner_id=draft_id)


def _take(draft_id: UUID, file: FileStorage) -> list[FieldFault]:
    try:
        keep_photo(draft_id, file)
    except Fault as fault:
        return [FieldFault("photo", fault.detail or fault.title, fault.evidence)]
    return []
