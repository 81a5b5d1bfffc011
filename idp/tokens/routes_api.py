"""The userinfo endpoint (OpenID Connect Core §5.3): GET or POST, the token in the header or the form."""

from flask import Blueprint, Response, jsonify, make_response, request

from idp.clients import allow_registered_origins
from idp.kernel.crypto.jose import sign
from idp.kernel.ground import clock
from idp.kernel.web.floor import current_floor
from idp.kernel.web.surface import Surface, surface
from idp.keys import current_ring
from idp.settings import settings_of

from .queries import ID_TYPE, BearerRefused, ScopeMissing, Told, userinfo
from .routes_subjects import subject_for

blueprint = allow_registered_origins(surface(Blueprint("userinfo", __name__), Surface.API))


class TransportWrong(Exception):
    """The token comes in a way, or in several ways, that RFC 6750 §2 does not allow."""


@blueprint.route("/userinfo", methods=["GET", "POST"])
def show() -> Response:
    """Tell what the token's person and scopes allow."""
    floor = current_floor()
    try:
        token = _presented_token()
    except TransportWrong:
        return _refusal(400, "invalid_request", "send the access token once, in the header or the body")
    if token is None:
        return _refusal(401, None, None)
    try:
        with floor.db.reading() as session:
            told = userinfo(session, token, ring=current_ring(), settings=settings_of(floor), now=clock.now())
    except BearerRefused:
        return _refusal(401, "invalid_token", "the access token is not valid any more")
    except ScopeMissing:
        return _refusal(403, "insufficient_scope", "the scope openid is needed")
    return _answer(told)


def _answer(told: Told) -> Response:
    """Answer as JSON, or signed where the client is registered so (OpenID Connect Core §5.3.2)."""
    claims = {"sub": subject_for(told.client, told.account_id), **told.claims}
    algorithm = told.client.userinfo_algorithm
    if algorithm is None:
        return jsonify(claims)
    issuer = settings_of(current_floor()).issuer
    signed = {**claims, "iss": issuer, "aud": told.client.id}
    response = make_response(sign(signed, current_ring().signing(algorithm), algorithm, typ=ID_TYPE))
    response.mimetype = "application/jwt"
    return response


def _presented_token() -> str | None:
    scheme, _, value = request.headers.get("Authorization", "").partition(" ")
    in_header = [value.strip()] if scheme.lower() == "bearer" else []
    in_body = request.form.getlist("access_token") if request.method == "POST" else []
    if "access_token" in request.args or len(in_header) + len(in_body) > 1:
        raise TransportWrong
    return next(iter([*in_header, *in_body]), None)


def _refusal(status: int, error: str | None, description: str | None) -> Response:
    """Answer in the manner of RFC 6750 §3: without an error when no token was sent at all."""
    challenge = 'Bearer realm="userinfo"'
    if error:
        challenge += f', error="{error}", error_description="{description}"'
    response = make_response(jsonify(error=error or "unauthorized"), status)
    response.headers["WWW-Authenticate"] = challenge
    return response
