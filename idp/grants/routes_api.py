"""The endpoints of tokens: token (RFC 6749 §3.2), revocation (RFC 7009), introspection (RFC 7662).

POST only, parameters from the body only.
"""

from flask import Blueprint, Response, jsonify, make_response, request

from idp.clients import allow_registered_origins
from idp.kernel.ground import clock
from idp.kernel.web.floor import current_floor
from idp.kernel.web.surface import Surface, surface
from idp.keys import current_ring
from idp.settings import settings_of
from idp.tokens import Tokens, make_tokens, subject_for

from .authentication import authenticate
from .dispatch import exchange_of, grant
from .errors import TokenError
from .introspection import introspect
from .requests import parse_token_question, parse_token_request
from .revocation import revoke

blueprint = allow_registered_origins(surface(Blueprint("token", __name__), Surface.API))


@blueprint.post("/token")
def exchange() -> Response:
    """Exchange a grant for tokens (RFC 6749 §3.2)."""
    now, floor = clock.now(), current_floor()
    parsed = parse_token_request(request.form, request.headers.get("Authorization"))
    exchange_of(parsed)
    client = authenticate(parsed.credentials, endpoint="/token", now=now)
    current_ring().signing("ES256")  # makes the first keys now: a unit of work must not nest
    granted = grant(parsed, client, floor, now=now)
    mandate = granted.issue.mandate
    sub = subject_for(client, mandate.account_id) if mandate else client.id  # RFC 9068 §2.2
    tokens = make_tokens(
        granted.issue, client, sub, ring=current_ring(), settings=settings_of(floor), now=now
    )
    return _no_store(make_response(jsonify(_body(tokens, granted.refresh_token))))


@blueprint.post("/revoke")
def take_back() -> Response:
    """Revoke a token; the answer is empty, of no type, and the same whatever the token was (spec B3)."""
    now, floor = clock.now(), current_floor()
    question = parse_token_question(request.form, request.headers.get("Authorization"))
    client = authenticate(question.credentials, endpoint="/revoke", now=now)
    revoke(question.token, client, floor=floor, ring=current_ring(), now=now)
    response = make_response(b"", 200)
    del response.headers["Content-Type"]
    return _no_store(response)


@blueprint.post("/introspect")
def tell() -> Response:
    """Tell what a token is good for (RFC 7662 §2)."""
    now, floor = clock.now(), current_floor()
    question = parse_token_question(request.form, request.headers.get("Authorization"))
    caller = authenticate(question.credentials, endpoint="/introspect", now=now)
    told = introspect(question.token, caller, floor=floor, ring=current_ring(), now=now)
    return _no_store(make_response(jsonify(told)))


@blueprint.errorhandler(TokenError)
def _refuse(error: TokenError) -> Response:
    response = make_response(jsonify(error=error.error, error_description=error.description), error.status)
    if error.status == 401:
        response.headers["WWW-Authenticate"] = 'Basic realm="token"'
    return _no_store(response)


def _body(tokens: Tokens, refresh_token: str | None) -> dict[str, object]:
    """Give the answer's members (RFC 6749 §5.1); what there is none of is left out."""
    body: dict[str, object | None] = {
        "access_token": tokens.access_token,
        "token_type": "Bearer",
        "expires_in": tokens.expires_in,
        "scope": tokens.scope or None,
        "id_token": tokens.id_token,
        "refresh_token": refresh_token,
    }
    return {name: value for name, value in body.items() if value is not None}


def _no_store(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    response.headers["Pragma"] = "no-cache"
    return response
