"""CSRF: every form of a page with cookies carries a token bound to a cookie of that browser.

The cookie holds a random value, the token is its HMAC: a foreign page can neither read the one nor
compute the other, and a token of another browser does not fit. Works before sign-in too (login
CSRF). Beside it the request's origin is checked, see `origins`.
"""

from flask import Response, current_app, g, request
from markupsafe import Markup

from ..crypto.digests import keyed_digest, matches
from ..ground.faults import Forbidden
from ..ground.ids import new_secret
from .cookies import host_cookie, set_host_cookie
from .origins import require_own_origin
from .surface import COOKIE_SURFACES, current_surface

COOKIE = "form"
FIELD = "csrf_token"
_COOKIE_LIFE_SECONDS = 12 * 3600
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class FormTokenWrong(Forbidden):
    """The form's token is missing, of another browser, or its cookie is gone."""

    code = "form-token-wrong"
    title = "This form is out of date"
    detail = (
        "Go back, reload the page and send the form again. Your browser must accept cookies of this site."
    )


def csrf_token() -> str:
    """Give the token for a form of the present page; plants the cookie when there is none."""
    value = g.get("csrf_cookie") or host_cookie(COOKIE) or new_secret()
    g.csrf_cookie = value
    return _token_of(value)


def csrf_field() -> Markup:
    """Give the hidden input that a form includes."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, csrf_token())


def renew_csrf_cookie() -> None:
    """Start a new cookie, as at sign-in, so that a token from before is worth nothing."""
    g.csrf_cookie = new_secret()


def check_csrf() -> None:
    """Refuse a form post without this browser's token; runs before every route of a cookie surface."""
    if request.method in _SAFE or current_surface() not in COOKIE_SURFACES or _is_exempt():
        return
    if request.routing_exception is not None:
        return  # no route takes it: the answer is that, not a word about forms
    require_own_origin()
    cookie = host_cookie(COOKIE)
    token = request.form.get(FIELD, "")
    if not cookie or not _fits(token, cookie):
        raise FormTokenWrong


def csrf_exempt(endpoint: str) -> None:
    """Let one endpoint take foreign posts, as OpenID Connect asks of the authorization endpoint."""
    current_app.extensions.setdefault("csrf_exempt", set()).add(endpoint)


def plant_csrf_cookie(response: Response) -> Response:
    """Send the cookie along when a form of this answer relies on it: its life begins anew with each form."""
    value = g.get("csrf_cookie")
    if value:
        set_host_cookie(response, COOKIE, value, max_age_seconds=_COOKIE_LIFE_SECONDS)
    return response


def _is_exempt() -> bool:
    return request.endpoint in current_app.extensions.get("csrf_exempt", set())


def _fits(token: str, cookie: str) -> bool:
    """Say whether a token belongs to a cookie, be it under an older secret: a form outlives a rotation."""
    older = current_app.config["SECRET_KEY_FALLBACKS"] or ()
    return any(matches(_token_of(cookie, secret), token) for secret in (None, *older))


def _token_of(cookie: str, secret: str | None = None) -> str:
    return keyed_digest(secret or str(current_app.config["SECRET_KEY"]), "csrf", cookie)
