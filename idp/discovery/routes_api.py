"""The two documents that programs read first: metadata and public keys. Anybody may read them."""

from flask import Blueprint, Response, jsonify

from idp.kernel.web.floor import current_floor
from idp.kernel.web.surface import Surface, surface
from idp.keys import current_ring
from idp.settings import settings_of

from .rules import Papers, metadata

METADATA_SECONDS = 3600
KEYS_SECONDS = 300

blueprint = surface(Blueprint("discovery", __name__), Surface.API)


@blueprint.get("/.well-known/openid-configuration")
@blueprint.get("/.well-known/oauth-authorization-server")
def show_metadata() -> Response:
    """Show what the provider can do."""
    settings = settings_of(current_floor())
    papers = Papers(settings.documentation_url, settings.policy_url, settings.terms_url)
    return _public(jsonify(metadata(settings.issuer, papers)), METADATA_SECONDS)


@blueprint.get("/jwks")
def show_keys() -> Response:
    """Show the public keys, retired ones too as long as something signed by them may be in use."""
    return _public(jsonify(keys=current_ring().published()), KEYS_SECONDS)


def _public(response: Response, seconds: int) -> Response:
    response.headers["Cache-Control"] = f"public, max-age={seconds}"
    response.headers["Access-Control-Allow-Origin"] = "*"  # the same for everybody, and no secret
    return response
