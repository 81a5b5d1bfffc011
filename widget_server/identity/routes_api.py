"""Where the provider tells us that a session of its own has ended (OpenID Connect Back-Channel Logout).

From then on our pages know nobody there, and the API refuses the session's access tokens though
they have minutes left to live.
"""

import structlog
from flask import Blueprint, Response, jsonify, make_response, request

from idp.kernel.crypto import jose
from idp.kernel.ground import clock
from idp.kernel.web.floor import current_floor
from idp.kernel.web.limits import check_limit, peer
from idp.kernel.web.surface import Surface, surface
from widget_server.identity.routes_persons import current_provider
from widget_server.identity.service import end_by_provider
from widget_server.identity.tokens import farewell

log = structlog.get_logger("identity")
_RATE = "600/minute"

blueprint = surface(Blueprint("identity_api", __name__), Surface.API)


@blueprint.post("/signin/backchannel-logout")
def hear_farewell() -> Response:
    """End the session that a logout token names; 400 for a token that does not hold (§2.8)."""
    check_limit("backchannel-logout", _RATE, peer())
    floor, now = current_floor(), clock.now()
    try:
        told = farewell(current_provider(), floor, request.form.get("logout_token", ""), now=now)
    except jose.TokenRefused as error:
        log.warning("logout_token_refused", reason=str(error))
        return make_response(jsonify(error="invalid_request"), 400)
    with floor.db.writing() as session:
        end_by_provider(session, sub=told.sub, sid=told.sid, now=now)
    return make_response("", 204)
