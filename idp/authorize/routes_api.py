"""The pushed authorization request endpoint (RFC 9126 §2): a request sent by the client's server.

The client proves itself as at the token endpoint, and every rule of the authorization endpoint is
checked at once, so a person never sees a page because of a client's mistake.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from flask import Blueprint, Response, jsonify, make_response, request

from idp.clients import Client, allow_registered_origins
from idp.grants import TokenError, authenticate, parse_credentials
from idp.kernel.ground import clock
from idp.kernel.web.floor import current_floor
from idp.kernel.web.surface import Surface, surface
from idp.keys import current_ring
from idp.settings import settings_of

from .draft import RedirectUnregistered, RequestRefused, RequestUntrusted, World
from .pipeline import check_request
from .pushed import keep_request
from .request_objects import Unfolded, unfold

blueprint = allow_registered_origins(surface(Blueprint("par", __name__), Surface.API))
_OF_THE_CLIENT = frozenset({"client_secret", "client_assertion", "client_assertion_type"})


@blueprint.post("/par")
def push() -> Response:
    """Keep a request and give its address."""
    now, floor = clock.now(), current_floor()
    _check_form()
    credentials = parse_credentials(request.form, request.headers.get("Authorization"))
    client = authenticate(credentials, endpoint="/par", now=now)
    unfolded = unfold(floor, _sent_by(client), now=now)
    _check(unfolded)
    seconds = settings_of(floor).pushed_request_seconds
    with floor.db.writing() as session:
        uri = keep_request(session, client.id, unfolded.sent, life=timedelta(seconds=seconds), now=now)
    return _no_store(make_response(jsonify(request_uri=uri, expires_in=seconds), 201))


@blueprint.errorhandler(TokenError)
def _refuse(error: TokenError) -> Response:
    response = make_response(jsonify(error=error.error, error_description=error.description), error.status)
    if error.status == 401:
        response.headers["WWW-Authenticate"] = 'Basic realm="par"'
    return _no_store(response)


@blueprint.errorhandler(RequestRefused)
def _refuse_request(refused: RequestRefused) -> Response:
    return _refuse(TokenError(refused.error, refused.description))


@blueprint.errorhandler(RequestUntrusted)
def _refuse_untrusted(fault: RequestUntrusted) -> Response:
    """Answer for a page: nobody is there to see one (§2.3)."""
    is_redirect = isinstance(fault, RedirectUnregistered)
    said = "redirect_uri is missing or not registered" if is_redirect else "the request is not acceptable"
    return _refuse(TokenError("invalid_request", said))


def _check_form() -> None:
    if any(len(values) > 1 for name, values in request.form.lists() if name != "resource"):
        raise TokenError("invalid_request", "a parameter is sent twice")
    if "request_uri" in request.form:
        raise TokenError("invalid_request", "request_uri is not allowed here")  # §2.1


def _sent_by(client: Client) -> Mapping[str, Sequence[str]]:
    sent = {name: values for name, values in request.form.lists() if name not in _OF_THE_CLIENT}
    return {**sent, "client_id": [client.id]}


def _check(unfolded: Unfolded) -> None:
    floor = current_floor()
    ring, settings = current_ring(), settings_of(floor)
    with floor.db.reading() as session:
        check_request(unfolded, World(session, ring, settings, clock.now()), endpoint="par")


def _no_store(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    return response
