"""CORS of the protocol endpoints: exact origins from the register, no credentials, nothing reflected.

Flask-CORS writes the headers; which origin may is asked of the register for each request, so that a
new client needs no restart (decisions: never patterns).
"""

from flask import Blueprint, Response, current_app, request
from flask_cors.core import get_cors_options, set_cors_headers

from idp.kernel.web.floor import current_floor

from .queries import is_registered_origin

_PREFLIGHT_SECONDS = 600


def allow_registered_origins(blueprint: Blueprint) -> Blueprint:
    """Let the scripts of registered origins call a blueprint's routes."""
    blueprint.after_request(_add_headers)
    return blueprint


def _add_headers(response: Response) -> Response:
    origin = request.headers.get("Origin")
    response.headers.add("Vary", "Origin")
    if not origin or origin == "null" or not _is_registered(origin):
        return response
    options = get_cors_options(
        current_app,
        {
            "origins": [origin],
            "methods": ["GET", "POST"],
            "allow_headers": ["Authorization", "Content-Type", "DPoP"],
            "expose_headers": ["WWW-Authenticate"],
            "max_age": _PREFLIGHT_SECONDS,
            "vary_header": False,
        },
    )
    set_cors_headers(response, options)
    return response


def _is_registered(origin: str) -> bool:
    with current_floor().db.reading() as session:
        return is_registered_origin(session, origin)
