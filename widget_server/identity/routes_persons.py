"""Who is asking: what the routes of other slices call to know the person of the present request.

By a token at the API and in the frame, by our own session cookie on pages. Call these before a
unit of work is opened: noting that a session is in use opens one of its own.
"""

from typing import NoReturn, cast

from flask import Response, abort, after_this_request, current_app, g, redirect, request, url_for

from idp.kernel.crypto import jose
from idp.kernel.ground import clock
from idp.kernel.ground.faults import Forbidden, Unauthenticated
from idp.kernel.web.cookies import host_cookie
from idp.kernel.web.floor import current_floor
from idp.kernel.web.surface import allow_source
from idp.kernel.work.floor import Floor
from widget_server.identity.provider import Provider
from widget_server.identity.queries import open_session_of, staff_of
from widget_server.identity.rules import Person, PersonClaims, SignedIn, Staff
from widget_server.identity.service import touch_session
from widget_server.identity.tokens import AccessTokens
from widget_server.settings import settings_of

EXTENSION = "identity"
SESSION_COOKIE = "window"
_REALM = 'Bearer realm="igrajdanin"'


class TokenMissing(Unauthenticated):
    """The request carries no access token."""

    code = "token-missing"
    detail = "This address needs an access token."


class TokenNotAccepted(Unauthenticated):
    """The access token is forged, expired, or meant for somebody else."""

    code = "token-not-accepted"
    detail = "Your sign-in has run out: sign in again."


class SessionOver(Unauthenticated):
    """A form was sent after the session had ended; a redirect would throw its text away."""

    code = "session-over"
    detail = "Go back and copy what you wrote, then sign in again and send it."


class NotStaff(Forbidden):
    """Signed in, without a role."""

    code = "not-staff"
    title = "This part is for staff"
    detail = "To be let in, tell your administrator this number of your account: %(sub)s"


def current_provider() -> Provider:
    """Give the app's view of the identity provider."""
    return cast(Provider, current_app.extensions[EXTENSION])


def bearer_token() -> str:
    """Give the request's access token, from the Authorization header only (spec C3.3)."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        _challenge(_REALM)
        raise TokenMissing
    return token.strip()


def bearer_person() -> Person:
    """Give whom the request's access token speaks for.

    Raises TokenMissing or TokenNotAccepted, both with WWW-Authenticate (RFC 6750 §3), or ProviderAway.
    """
    token = bearer_token()
    try:
        return AccessTokens(current_provider()).person(current_floor(), token, now=clock.now())
    except jose.TokenRefused:
        _challenge(f'{_REALM}, error="invalid_token"')
        raise TokenNotAccepted from None


def userinfo(floor: Floor, token: str) -> PersonClaims:
    """Ask the provider about the person of an access token; raises TokenNotAccepted, ProviderAway."""
    now, provider = clock.now(), current_provider()
    try:
        person = AccessTokens(provider).person(floor, token, now=now)
    except jose.TokenRefused:
        raise TokenNotAccepted from None
    return provider.userinfo(floor, token, sub=person.sub, now=now)


def current_person() -> SignedIn | None:
    """Give who is signed in at our own pages in this browser."""
    if "signed_in" not in g:
        g.signed_in = _read_person()
    return cast(SignedIn | None, g.signed_in)


def require_person() -> SignedIn:
    """Give who is signed in, or lead there and back again; a form sent too late raises SessionOver."""
    person = current_person()
    if person is None:
        _lead_to_signin()
    return person


def require_staff() -> Staff:
    """Give the signed-in member of staff; raises NotStaff for a person without a role."""
    person = require_person()
    with current_floor().db.reading() as session:
        staff = staff_of(session, person)
    if staff is None:
        raise NotStaff(sub=person.sub)
    return staff


def let_forms_sign_out() -> None:
    """Let a form of the present page lead to the provider: signing out goes on there."""
    allow_source("form-action", settings_of(current_floor()).issuer)


def _read_person() -> SignedIn | None:
    secret = host_cookie(SESSION_COOKIE)
    if not secret:
        return None
    db, now = current_floor().db, clock.now()
    with db.reading() as session:
        known = open_session_of(session, secret, now=now)
    if known is None:
        return None
    if known.wants_touch:
        with db.writing() as session:
            touch_session(session, secret, now=now)
    return known.person


def _lead_to_signin() -> NoReturn:
    if request.method not in ("GET", "HEAD"):
        raise SessionOver
    wanted = request.full_path if request.query_string else request.path
    abort(cast(Response, redirect(url_for("identity.signin", next=wanted), code=303)))


def _challenge(value: str) -> None:
    @after_this_request
    def add(response: Response) -> Response:
        response.headers["WWW-Authenticate"] = value
        return response
