"""What all pages of the console share: their header says who is signed in and lets one sign out."""

from flask import Blueprint

from idp.kernel.web.floor import current_floor
from idp.kernel.web.surface import Surface, surface
from widget_server.identity import let_forms_sign_out
from widget_server.settings import settings_of


def with_header(blueprint: Blueprint) -> Blueprint:
    """Make a blueprint's routes pages that carry the header."""
    blueprint.before_request(let_forms_sign_out)
    blueprint.context_processor(_header)
    return surface(blueprint, Surface.PAGE)


def _header() -> dict[str, object]:
    return {"issuer": settings_of(current_floor()).issuer}
