"""What scripts ask of a draft between steps: one photo at a time, a signed-in person."""

from dataclasses import replace

from flask import jsonify, request
from werkzeug.wrappers import Response

from idp.kernel.ground import clock
from idp.kernel.ground.faults import Conflict, Fault, FieldFault, Invalid, NotFound
from idp.kernel.ground.ids import parse_id
from idp.kernel.web.faults import problem
from idp.kernel.web.floor import current_floor
from widget_server.identity import bearer_person, bearer_token, level_of, userinfo
from widget_server.media import photos_of
from widget_server.problems import put_aside

from .routes_doors import blueprint
from .routes_photos import drop_photo, keep_photo
from .routes_visits import find_visit


@blueprint.post("/w/<key>/d/<secret>/photos/upload")
def upload(key: str, secret: str) -> Response:
    """Keep one photo; gives its id, the address of its small picture and where it says it was taken."""
    try:
        return _upload(key, secret)
    except Fault as fault:
        response = problem(fault)
        response.status_code = fault.status
        return response


@blueprint.post("/w/<key>/d/<secret>/photos/<photo>/remove")
def remove(key: str, secret: str, photo: str) -> Response:
    """Take a photo away; doing so twice is no error."""
    with current_floor().db.reading() as session:
        visit = find_visit(session, key, secret)
    photo_id = parse_id(photo)
    if photo_id is None:
        raise NotFound
    drop_photo(visit.draft.id, photo_id)
    return Response(status=204)


@blueprint.post("/w/<key>/d/<secret>/identity")
def identify(key: str, secret: str) -> Response:
    """Bind the person whom the access token names to the draft; nothing entered before is lost."""
    try:
        return _identify(key, secret)
    except Fault as fault:
        response = problem(fault)
        response.status_code = fault.status
        return response


def _upload(key: str, secret: str) -> Response:
    floor, file = current_floor(), request.files.get("photo")
    with floor.db.reading() as session:
        visit = find_visit(session, key, secret)
    if visit.draft.problem_id is not None:
        raise Conflict("The report was sent already, without this photo.")
    if file is None:
        raise Invalid(fields=[FieldFault("photo", "Choose a photo")])
    photo_id, picture = keep_photo(visit.draft.id, file)
    with floor.db.reading() as session:
        views = photos_of(session, [visit.draft.id], capabilities=floor.capabilities, now=clock.now())
    view = next(view for view in views[visit.draft.id] if view.id == photo_id)
    taken = picture.taken_position
    position = {"lon": taken.lon, "lat": taken.lat} if taken else None
    response = jsonify(id=str(photo_id), thumbnail_url=view.thumbnail_url, position=position)
    response.status_code = 201
    return response


def _identify(key: str, secret: str) -> Response:
    floor, person = current_floor(), bearer_person()
    claims = userinfo(floor, bearer_token())
    with floor.db.writing() as session:
        draft = find_visit(session, key, secret).draft
        known = replace(
            draft.fields,
            sub=person.sub,
            level=level_of(person.acr) if claims.email_verified else 0,
            email=claims.email,
            name=draft.fields.name or claims.name,
        )
        put_aside(session, draft, known, now=clock.now())
    return Response(status=204)
