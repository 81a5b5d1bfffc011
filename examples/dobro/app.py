"""The portal: three kinds of pages, a login, and one pasted snippet in `templates/_widget.html`.

It knows nothing of the window but its address and the public key it was given, and shares neither
code, cookies nor users with it. Settings come from DOBRO_* in the environment.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from flask import (
    Flask,
    Response,
    abort,
    current_app,
    flash,
    g,
    jsonify,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from werkzeug.wrappers import Response as AnyResponse

from .projects import PROJECTS
from .users import User, Users

SETTINGS = ("SECRET_KEY", "DATA_DIR", "WIDGET_URL", "PARTNER_KEY", "DEMO_PASSWORD")


def create_app(settings: Mapping[str, str] | None = None) -> Flask:
    """Build the portal from DOBRO_* in the environment, or from the same names given without DOBRO_."""
    given = settings or {name: os.environ.get(f"DOBRO_{name}", "") for name in SETTINGS}
    app = Flask(__name__)
    app.config.update(
        SECRET_KEY=given["SECRET_KEY"],
        WIDGET_URL=given["WIDGET_URL"],
        PARTNER_KEY=given["PARTNER_KEY"],
        SESSION_COOKIE_NAME="dobro",
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=given["WIDGET_URL"].startswith("https:"),
    )
    users = Users(Path(given["DATA_DIR"]) / "dobro.sqlite")
    users.fill(given["DEMO_PASSWORD"])
    app.extensions["users"] = users
    _register(app, users)
    return app


def _register(app: Flask, users: Users) -> None:
    app.before_request(lambda: _recognise(users))
    app.after_request(_protect)
    app.context_processor(lambda: {"projects": PROJECTS, "safari_needs_tls": _safari_needs_tls()})
    app.add_url_rule("/", "home", lambda: render_template("home.html"))
    app.add_url_rule("/projects/<slug>", "project", _project)
    app.add_url_rule("/report", "report", lambda: render_template("report.html"))
    app.add_url_rule("/login", "login", lambda: render_template("login.html"))
    app.add_url_rule("/login", "log_in", lambda: _log_in(users), methods=["POST"])
    app.add_url_rule("/logout", "log_out", _log_out, methods=["POST"])
    app.add_url_rule("/healthz", "healthz", lambda: jsonify(status="ready"))


def _recognise(users: Users) -> None:
    g.user = users.by_login(session.get("login", ""))


def _project(slug: str) -> str:
    found = next((p for p in PROJECTS if p.slug == slug), None)
    if found is None:
        abort(404)
    return render_template("project.html", project=found)


def _log_in(users: Users) -> AnyResponse | tuple[str, int]:
    _require_own_page()
    user: User | None = users.check(request.form.get("login", ""), request.form.get("password", ""))
    if user is None:
        flash("Логин или пароль не подходят. Проверьте раскладку и попробуйте ещё раз.")
        return render_template("login.html"), 422
    session.clear()
    session["login"] = user.login
    return redirect(url_for("home"))


def _log_out() -> AnyResponse:
    _require_own_page()
    session.clear()
    return redirect(url_for("home"))


def _require_own_page() -> None:
    """Refuse a form sent from another site's page (login CSRF)."""
    origin = request.headers.get("Origin")
    if origin and urlsplit(origin).netloc != request.host:
        abort(403)


def _protect(response: Response) -> Response:
    """A strict content policy: the widget needs one frame source, and its loader one script source."""
    widget = current_app.config["WIDGET_URL"]
    response.headers["Content-Security-Policy"] = (
        f"default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; "
        f"frame-src {widget}; script-src {widget}; frame-ancestors 'none'"
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def _safari_needs_tls() -> bool:
    """Safari and WebKitGTK drop Secure cookies over plain http, so sign-in would fail silently there."""
    agent = request.user_agent.string
    return not request.is_secure and "Safari" in agent and "Chrome" not in agent
