"""Serving photos: by signed links only, as the fixed type we encoded, never sniffed."""

from flask import Blueprint, Response, request

from idp.kernel.ground import clock
from idp.kernel.ground.faults import Gone, NotFound
from idp.kernel.ground.ids import parse_id
from idp.kernel.web.floor import current_floor
from idp.kernel.web.surface import Surface, surface

from .queries import photo_file

blueprint = surface(Blueprint("media", __name__), Surface.ASSET)
_SIZES = ("full", "thumbnail")


@blueprint.get("/media/<photo>/<size>")
def show_photo(photo: str, size: str) -> Response:
    """Show one size of a photo to whoever holds its link."""
    floor = current_floor()
    until, key, photo_id = request.args.get("until", ""), request.args.get("key", ""), parse_id(photo)
    if (
        photo_id is None
        or size not in _SIZES
        or not floor.capabilities.fits(key, "photo", photo, size, until)
    ):
        raise NotFound
    if int(until) < clock.now().timestamp():
        raise Gone
    with floor.db.reading() as session:
        found = photo_file(session, photo_id, size)
    if found is None:
        raise NotFound
    name, media_type = found
    response = Response(floor.files.get(name), mimetype=media_type)
    response.headers["Cache-Control"] = "private, max-age=86400, immutable"
    response.headers["Content-Disposition"] = "inline"
    return response
