"""Sign-in and sign-out of our own pages, as an ordinary client of our own provider.

Authorization code with PKCE, state and nonce (OpenID Connect Core §3.1), bound to the browser by a
cookie; afterwards a session of our own in the database. The popup's last page is here too: it
belongs to the frame's own client and only hands the answer to the window that opened it.
"""

from typing import cast

import structlog
from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from idp.kernel.crypto import jose
from idp.kernel.crypto.envelope import EnvelopeBroken
from idp.kernel.ground import clock
from idp.kernel.ground.faults import Unavailable
from idp.kernel.ground.ids import new_secret
from idp.kernel.web.cookies import drop_host_cookie, host_cookie, set_host_cookie
from idp.kernel.web.csrf import renew_csrf_cookie
from idp.kernel.web.floor import current_floor
from idp.kernel.web.i18n import current_language
from idp.kernel.web.limits import check_limit, peer
from idp.kernel.web.surface import Surface, surface
from widget_server.identity.provider import CodeRefused, ProviderAway, Tokens
from widget_server.identity.routes_persons import (
    SESSION_COOKIE,
    current_person,
    current_provider,
)
from widget_server.identity.rules import (
    ABSOLUTE_LIFE,
    ATTEMPT_LIFE,
    SCOPE,
    SignedIn,
    code_challenge,
    local_path,
    with_query,
)
from widget_server.identity.service import (
    Attempt,
    SigninOver,
    begin_signin,
    close_session,
    open_session,
    take_attempt,
)
from widget_server.identity.tokens import introduced
from widget_server.settings import settings_of

log = structlog.get_logger("identity")
pages = surface(Blueprint("identity", __name__), Surface.PAGE)
popup = surface(Blueprint("identity_popup", __name__), Surface.POPUP)

_BROWSER_COOKIE = "signin"
_ID_TOKEN = "identity.id_token"  # noqa: S105  the purpose of an envelope, no secret
_SIGNIN_RATE = "30/minute"


class SigninFailed(Unavailable):
    """The provider's answer does not hold: nobody was signed in."""

    code = "sign-in-failed"
    title = "You could not be signed in"
    detail = "Please try again in a minute."


@pages.get("/signin")
def signin() -> Response:
    """Send the person to the provider; who is signed in already goes straight on."""
    next_path = local_path(request.args.get("next", ""))
    if current_person():
        return _see(next_path)
    check_limit("signin", _SIGNIN_RATE, peer())
    floor, now = current_floor(), clock.now()
    published = current_provider().published(floor, now=now)
    browser = host_cookie(_BROWSER_COOKIE) or new_secret()
    with floor.db.writing() as session:
        attempt = begin_signin(session, browser=browser, next_path=next_path, now=now)
    response = _see(with_query(published.authorization_endpoint, **_authorization_request(attempt)))
    set_host_cookie(response, _BROWSER_COOKIE, browser, max_age_seconds=int(ATTEMPT_LIFE.total_seconds()))
    return response


@pages.get("/signin/callback")
def callback() -> Response:
    """Take the provider's answer: a session of our own, or a page that says nobody is signed in."""
    check_limit("signin-callback", _SIGNIN_RATE, peer())
    attempt = _returning()
    if attempt is None:
        return _see(local_path(""))
    _check_issuer()
    if "error" in request.args:
        return _not_signed_in(attempt)
    person, tokens = _introduced_by_code(attempt)
    return _signed_in(person, tokens, attempt.next_path)


@pages.post("/signout")
def signout() -> Response:
    """End our session, then the provider's (OpenID Connect RP-Initiated Logout §2)."""
    floor, secret = current_floor(), host_cookie(SESSION_COOKIE)
    sealed = None
    if secret:
        with floor.db.writing() as session:
            sealed = close_session(session, secret)
    response = _see(_end_session_address(sealed))
    drop_host_cookie(response, SESSION_COOKIE)
    renew_csrf_cookie()
    return response


@pages.get("/signed-out")
def signed_out() -> str:
    """Say that nobody is signed in any more."""
    return render_template("identity/signed_out.html")


@popup.get("/signin/popup-callback")
def popup_callback() -> str:
    """Hand the answer in this address to the window that opened the popup; show nothing of it."""
    return render_template("identity/popup_callback.html")


def _authorization_request(attempt: Attempt) -> dict[str, str]:
    return {
        "response_type": "code",
        "client_id": settings_of(current_floor()).console_client_id,
        "redirect_uri": _own_url("identity.callback"),
        "scope": SCOPE,
        "state": attempt.state,
        "nonce": attempt.nonce,
        "code_challenge": code_challenge(attempt.verifier),
        "code_challenge_method": "S256",
        "ui_locales": current_language(),
    }


def _returning() -> Attempt | None:
    """Take the sign-in that this callback ends; none when it was a repeat by who is signed in already."""
    floor, browser = current_floor(), host_cookie(_BROWSER_COOKIE) or ""
    try:
        with floor.db.writing() as session:
            return take_attempt(session, _only("state"), browser=browser, now=clock.now())
    except SigninOver:
        if current_person():  # the back button or a reload after success
            return None
        raise


def _check_issuer() -> None:
    """Refuse another issuer's answer (RFC 9207 §2.4)."""
    floor = current_floor()
    says_iss = current_provider().published(floor, now=clock.now()).says_iss
    given = request.args.getlist("iss")
    if given != [settings_of(floor).issuer] and (given or says_iss):
        log.warning("sign_in_refused", reason="iss")
        raise SigninFailed


def _introduced_by_code(attempt: Attempt) -> tuple[SignedIn, Tokens]:
    provider, floor, now = current_provider(), current_floor(), clock.now()
    redirect_uri = _own_url("identity.callback")
    try:
        tokens = provider.exchange(
            floor, _only("code"), verifier=attempt.verifier, redirect_uri=redirect_uri, now=now
        )
        who = introduced(provider, floor, tokens.id_token, nonce=attempt.nonce, now=now)
    except (CodeRefused, jose.TokenRefused) as error:
        log.warning("sign_in_refused", reason=str(error))
        raise SigninFailed from None
    return SignedIn(who.sub, _name(tokens, who.sub), who.acr, who.sid), tokens


def _name(tokens: Tokens, sub: str) -> str:
    """Give a name for showing; signing in does not hang on it."""
    try:
        claims = current_provider().userinfo(current_floor(), tokens.access_token, sub=sub, now=clock.now())
    except ProviderAway:
        return ""
    return claims.name or claims.email


def _signed_in(person: SignedIn, tokens: Tokens, next_path: str) -> Response:
    floor, now = current_floor(), clock.now()
    sealed = floor.envelope.seal(tokens.id_token.encode(), _ID_TOKEN)
    with floor.db.writing() as session:
        replaced = host_cookie(SESSION_COOKIE)
        secret = open_session(session, person, id_token=sealed, replaced=replaced, now=now)
    response = _see(next_path)
    set_host_cookie(response, SESSION_COOKIE, secret, max_age_seconds=int(ABSOLUTE_LIFE.total_seconds()))
    renew_csrf_cookie()
    return response


def _not_signed_in(attempt: Attempt) -> Response:
    is_declined = request.args.get("error") == "access_denied"
    page = render_template(
        "identity/not_signed_in.html", is_declined=is_declined, next_path=attempt.next_path
    )
    return make_response(page, 200 if is_declined else 502)


def _end_session_address(sealed: bytes | None) -> str:
    """Give where signing out goes on: at the provider, or here when it cannot be told."""
    floor, back = current_floor(), _own_url("identity.signed_out")
    if sealed is None:
        return back
    try:
        hint = floor.envelope.open(sealed, _ID_TOKEN).decode()
        address = current_provider().published(floor, now=clock.now()).end_session_endpoint
    except (EnvelopeBroken, ProviderAway):
        return back
    client_id = settings_of(floor).console_client_id
    return with_query(address, id_token_hint=hint, client_id=client_id, post_logout_redirect_uri=back)


def _only(name: str) -> str:
    """Give a parameter that must be there exactly once; twice is an attack or a defect (spec C2.16)."""
    values = request.args.getlist(name)
    if len(values) != 1:
        raise SigninOver
    return values[0]


def _own_url(endpoint: str) -> str:
    # From the settings, never from the Host header (spec C6.16).
    return current_floor().settings.public_url + url_for(endpoint)


def _see(address: str) -> Response:
    return cast(Response, redirect(address, code=303))
