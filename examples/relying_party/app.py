"""The whole site: what to copy for signing people in is between here and the end of the file.

Discovery, authorization code with PKCE, userinfo, refresh, signing out here and at the provider, and
hearing that the person has signed out there. Settings come from KNIGA_* in the environment.
"""

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from authlib.integrations.flask_client import FlaskOAuth2App, OAuth, OAuthError
from flask import Flask, Response, current_app, flash, jsonify, redirect, render_template, request, session
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from werkzeug.wrappers import Response as AnyResponse

SETTINGS = ("SECRET_KEY", "SITE_URL", "ISSUER", "CLIENT_ID", "CLIENT_SECRET")
LEVELS = {
    "L0": "адрес не подтверждён",
    "L1": "адрес подтверждён",
    "L2": "место жительства подтверждено",
    "L3": "личность подтверждена",
}
LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"


@dataclass
class Visitor:
    """Somebody signed in here: what the ID token says, what userinfo says, and the tokens themselves."""

    claims: Mapping[str, Any]
    profile: Mapping[str, Any]
    tokens: dict[str, Any]


def create_app(settings: Mapping[str, str] | None = None) -> Flask:
    """Build the site from KNIGA_* in the environment, or from the same names given without KNIGA_."""
    given = settings or {name: os.environ.get(f"KNIGA_{name}", "") for name in SETTINGS}
    app = Flask(__name__)
    app.config.update(
        {name: given[name] for name in SETTINGS},
        SESSION_COOKIE_NAME="kniga",
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=given["SITE_URL"].startswith("https:"),
    )
    app.extensions["visitors"] = dict[str, Visitor]()  # a site with two processes keeps them in its database
    app.extensions["grajdanin"] = OAuth(app).register(
        "grajdanin",
        client_id=given["CLIENT_ID"],
        client_secret=given["CLIENT_SECRET"],
        server_metadata_url=f"{given['ISSUER']}/.well-known/openid-configuration",
        client_kwargs={"scope": "openid profile email offline_access", "code_challenge_method": "S256"},
    )
    app.after_request(_protect)
    app.add_url_rule("/", "home", _home)
    app.add_url_rule("/login", "login", _login)
    app.add_url_rule("/callback", "callback", _callback)
    app.add_url_rule("/refresh", "refresh", _refresh, methods=["POST"])
    app.add_url_rule("/logout", "logout", _logout, methods=["POST"])
    app.add_url_rule("/signed-out", "signed_out", _signed_out)
    app.add_url_rule("/backchannel-logout", "hear_logout", _hear_logout, methods=["POST"])
    app.add_url_rule("/healthz", "healthz", lambda: jsonify(status="ready"))
    return app


def _home() -> str:
    visitor = _visitors().get(session.get("visitor", ""))
    return render_template("home.html", visitor=visitor, levels=LEVELS)


def _login() -> AnyResponse:
    """Send the person to the provider; Authlib keeps state, nonce and PKCE verifier in the session."""
    to_provider: AnyResponse = _provider().authorize_redirect(f"{current_app.config['SITE_URL']}/callback")
    return to_provider


def _callback() -> AnyResponse:
    """Take the code, check the ID token, ask userinfo, and begin a session of our own."""
    try:
        tokens = _provider().authorize_access_token()
    except OAuthError as error:  # the person said no, or came back by an old link
        flash(
            "Войти не получилось. Попробуйте ещё раз." if error.error != "access_denied" else "Вы не вошли."
        )
        return redirect("/")
    profile = _provider().userinfo(token=tokens)
    if profile["sub"] != tokens["userinfo"]["sub"]:  # OpenID Connect Core §5.3.2
        return redirect("/")
    session.clear()
    session["visitor"] = secrets.token_urlsafe()
    _visitors()[session["visitor"]] = Visitor(tokens["userinfo"], profile, tokens)
    return redirect("/")


def _refresh() -> AnyResponse:
    """Get new tokens without the person, and look at the profile again."""
    visitor = _visitors().get(session.get("visitor", ""))
    if visitor is None:
        return redirect("/")
    old = visitor.tokens
    try:
        new = _provider().fetch_access_token(grant_type="refresh_token", refresh_token=old["refresh_token"])
    except OAuthError:  # disconnected, signed out everywhere, or too old: our session ends as well
        _forget()
        flash("Войдите ещё раз.")
        return redirect("/")
    visitor.tokens = {**old, **new}  # the refresh token is a new one each time; the old one is used up
    visitor.profile = _provider().userinfo(token=visitor.tokens)
    flash("Сведения обновлены.")
    return redirect("/")


def _logout() -> AnyResponse:
    """Sign out here, then at the provider, which sends the person back to /signed-out."""
    visitor = _forget()
    if visitor is None:
        return redirect("/")
    to_provider: AnyResponse = _provider().logout_redirect(
        post_logout_redirect_uri=f"{current_app.config['SITE_URL']}/signed-out",
        id_token_hint=visitor.tokens["id_token"],
    )
    return to_provider


def _signed_out() -> AnyResponse:
    try:
        _provider().validate_logout_response()
    except OAuthError:  # somebody's link, not our logout
        return redirect("/")
    flash("Вы вышли и здесь, и в «Гражданине».")
    return redirect("/")


def _hear_logout() -> tuple[str, int, dict[str, str]]:
    """End the sessions that the provider has ended (OpenID Connect Back-Channel Logout 1.0 §2.6)."""
    try:
        told = _logout_claims(request.form.get("logout_token", ""))
    except (JoseError, ValueError):
        return "", 400, {"Cache-Control": "no-store"}
    for key, visitor in list(_visitors().items()):
        if visitor.claims["sid"] == told.get("sid") or (
            "sid" not in told and visitor.claims["sub"] == told["sub"]
        ):
            _visitors().pop(key, None)
    return "", 200, {"Cache-Control": "no-store"}


def _logout_claims(token: str) -> Mapping[str, Any]:
    """Check a logout token; raises JoseError or ValueError for anything but one of the provider for us."""
    keys = KeySet.import_key_set(_provider().fetch_jwk_set(force=True))  # rare, and keys rotate
    told = jwt.decode(token, keys, algorithms=["RS256"])
    jwt.JWTClaimsRegistry(
        iss={"essential": True, "value": current_app.config["ISSUER"]},
        aud={"essential": True, "value": current_app.config["CLIENT_ID"]},
        exp={"essential": True},
        jti={"essential": True},
    ).validate(told.claims)
    if LOGOUT_EVENT not in told.claims.get("events", {}) or "nonce" in told.claims:
        raise ValueError("no logout token")
    return told.claims


def _forget() -> Visitor | None:
    key = session.pop("visitor", "")
    return _visitors().pop(key, None)


def _visitors() -> dict[str, Visitor]:
    return cast(dict[str, Visitor], current_app.extensions["visitors"])


def _provider() -> FlaskOAuth2App:
    return current_app.extensions["grajdanin"]


def _protect(response: Response) -> Response:
    """A strict content policy; forms lead to the provider too, because signing out goes on there."""
    response.headers["Content-Security-Policy"] = (
        "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; frame-ancestors 'none'; "
        f"form-action 'self' {current_app.config['ISSUER']}"
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "no-store"
    return response
