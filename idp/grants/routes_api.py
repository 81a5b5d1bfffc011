"""The token endpoint (RFC 6749 §3.2): POST only, parameters from the body only."""

from datetime import datetime

from flask import Blueprint, Response, jsonify, make_response, request

from idp.clients import Client, allow_registered_origins
from idp.kernel.ground import clock
from idp.kernel.web.floor import current_floor
from idp.kernel.web.surface import Surface, surface
from idp.keys import current_ring
from idp.settings import settings_of
from idp.tokens import Issue, Tokens, make_tokens

from .authentication import authenticate
from .errors import TokenError, invalid_grant
from .requests import TokenRequest, parse_token_request
from .service import redeem

blueprint = allow_registered_origins(surface(Blueprint("token", __name__), Surface.API))


@blueprint.post("/token")
def exchange() -> Response:
    """Exchange a code for tokens."""
    now, floor = clock.now(), current_floor()
    parsed = parse_token_request(request.form, request.headers.get("Authorization"))
    client = authenticate(parsed.credentials, endpoint="/token", now=now)
    issue = _redeem(parsed, client, now)
    if issue is None:
        raise invalid_grant()
    tokens = make_tokens(issue, client, ring=current_ring(), settings=settings_of(floor), now=now)
    return _no_store(make_response(jsonify(_body(tokens))))


@blueprint.errorhandler(TokenError)
def _refuse(error: TokenError) -> Response:
    response = make_response(jsonify(error=error.error, error_description=error.description), error.status)
    if error.status == 401:
        response.headers["WWW-Authenticate"] = 'Basic realm="token"'
    return _no_store(response)


def _redeem(parsed: TokenRequest, client: Client, now: datetime) -> Issue | None:
    if parsed.grant_type != "authorization_code":
        raise TokenError("unsupported_grant_type", "only authorization_code is known here")
    current_ring().signing("ES256")  # makes the first keys now: the unit of work below must not nest
    with current_floor().db.writing() as session:
        return redeem(session, parsed, client, now=now)


def _body(tokens: Tokens) -> dict[str, object]:
    body: dict[str, object] = {
        "access_token": tokens.access_token,
        "token_type": "Bearer",
        "expires_in": tokens.expires_in,
        "scope": tokens.scope,
    }
    return body if tokens.id_token is None else {**body, "id_token": tokens.id_token}


def _no_store(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    response.headers["Pragma"] = "no-cache"
    return response
