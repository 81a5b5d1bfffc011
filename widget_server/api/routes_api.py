"""Version 1 of the API: one call per pin, places by words, the light base map, photos, reports."""

from typing import Any

from flask import Response, jsonify, request
from flask_openapi3 import APIBlueprint, Tag
from pydantic import ValidationError

from idp.kernel.ground import clock
from idp.kernel.ground.faults import FieldFault, Invalid
from idp.kernel.ground.ids import new_id
from idp.kernel.outside.images import process_picture
from idp.kernel.web.faults import problem
from idp.kernel.web.floor import current_floor
from idp.kernel.web.i18n import set_language
from idp.kernel.web.limits import check_limit, peer
from idp.kernel.web.surface import Surface, surface
from widget_server.identity import bearer_person, bearer_token, userinfo
from widget_server.media import add_photo, keep_picture
from widget_server.partners import normal_origin
from widget_server.problems import BADGE_WORDS, public_report
from widget_server.routing import current_desk
from widget_server.territories import Gazetteer, current_indexes

from .basemap import basemap
from .pins import place_document
from .reports import Signed, file_report
from .schemas import BasemapQuery, NumberPath, PinQuery, PlacesQuery, ReportBody, ReportHeaders

blueprint = APIBlueprint("api", __name__, url_prefix="/api/v1", abp_tags=[Tag(name="problems")])
surface(blueprint, Surface.API)
_BASEMAP_SECONDS = 3600


def answer_invalid(error: ValidationError) -> Response:
    """Give the problem document for a request that its schema refuses: every field at once."""
    faults = [FieldFault(".".join(map(str, e["loc"])), str(e["msg"])) for e in error.errors()]
    response = problem(Invalid(fields=faults))
    response.status_code = Invalid.status
    return response


@blueprint.get("/pin", summary="Everything a form needs about a place")
def pin(query: PinQuery) -> Response:
    """One call per pin: services, questions, stop texts, deadlines, open reports of the same kind nearby."""
    set_language(query.lang)
    floor = current_floor()
    with floor.db.reading() as session:
        document = place_document(
            session,
            current_desk(),
            lon=query.lon,
            lat=query.lat,
            language=query.lang,
            capabilities=floor.capabilities,
        )
    return jsonify(document)


@blueprint.get("/places", summary="Places by words")
def places(query: PlacesQuery) -> Response:
    """Places that typed words may mean, the nearest and largest first."""
    near = (query.lon, query.lat) if query.lon is not None and query.lat is not None else None
    with current_floor().db.reading() as session:
        found = Gazetteer(session).search(query.q, near=near)
    return jsonify(places=[{"label": p.label(query.lang), "lon": p.lon, "lat": p.lat} for p in found])


@blueprint.get("/basemap", summary="Our own light base map")
def base_map(query: BasemapQuery) -> Response:
    """Borders and names of a part of the map as GeoJSON (RFC 7946)."""
    bounds = (query.west, query.south, query.east, query.north)
    with current_floor().db.reading() as session:
        response = jsonify(basemap(session, current_indexes(), bounds=bounds, language=query.lang))
    response.mimetype = "application/geo+json"
    response.headers["Cache-Control"] = f"public, max-age={_BASEMAP_SECONDS}"
    return response


@blueprint.post("/photos", summary="Send one photo of a report to come")
def send_photo() -> tuple[Response, int]:
    """Keep one photo (multipart field `photo`) for two days; gives the token that a report names."""
    check_limit("photo", "60/minute", peer())
    file = request.files.get("photo")
    if file is None:
        raise Invalid(fields=[FieldFault("photo", "Choose a photo")])
    picture, floor = process_picture(file.stream.read()), current_floor()
    kept = keep_picture(picture, files=floor.files)
    with floor.db.writing() as session:
        photo_id = add_photo(session, kept, owner_id=new_id(), now=clock.now())
    token = f"{photo_id}.{floor.capabilities.mint('photo-token', str(photo_id))}"
    return jsonify(token=token, width=picture.width, height=picture.height), 201


@blueprint.post("/problems", summary="Report a problem")
def report_problem(header: ReportHeaders, body: ReportBody) -> tuple[Response, int]:
    """Report a problem: a guest's waits for the e-mail's confirmation, a signed-in person's goes at once."""
    check_limit("send", "60/minute", peer())
    set_language(body.lang)
    floor, signed = current_floor(), _signed()
    origin = normal_origin(request.headers.get("Origin", "")) or ""
    with floor.db.writing() as session:
        receipt = file_report(
            session,
            body,
            key=header.idempotency_key,
            signed=signed,
            origin=origin if origin != floor.settings.public_url else "",
            floor=floor,
            desk=current_desk(),
        )
    return jsonify(dict(receipt)), 201


@blueprint.get("/problems/<number>", summary="How a problem stands")
def problem_state(path: NumberPath) -> Response:
    """The public state of a problem; nothing about the person."""
    floor = current_floor()
    with floor.db.reading() as session:
        found = public_report(session, path.number, capabilities=floor.capabilities, now=clock.now())
    document: dict[str, Any] = {
        "number": found.row.number,
        "state": found.row.state.value,
        "badge": found.row.badge,
        "badge_label": str(BADGE_WORDS[found.row.badge]),
        "category": found.row.category,
        "answer_due": found.clocks.answer_due_at.isoformat() if found.clocks.answer_due_at else None,
        "fix_due": found.clocks.fix_due_at.isoformat() if found.clocks.fix_due_at else None,
    }
    return jsonify(document)


def _signed() -> Signed | None:
    if not request.headers.get("Authorization"):
        return None
    return Signed(bearer_person(), userinfo(current_floor(), bearer_token()))
