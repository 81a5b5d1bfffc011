"""Serves the folder `site`, as any web server would, with the window's address and our key filled in."""

import os
from collections.abc import Mapping
from pathlib import Path
from string import Template

from flask import Flask, Response, jsonify

_SITE = Path(__file__).resolve().parent / "site"


def create_app(settings: Mapping[str, str] | None = None) -> Flask:
    """Build the server from GOROD_WIDGET_URL and GOROD_PARTNER_KEY, or from the names without GOROD_."""
    given = settings or {name: os.environ.get(f"GOROD_{name}", "") for name in ("WIDGET_URL", "PARTNER_KEY")}
    app = Flask(__name__, static_folder=_SITE, static_url_path="/")
    page = Template((_SITE / "index.html").read_text(encoding="utf-8")).substitute(given)
    app.add_url_rule("/", "home", lambda: Response(page, mimetype="text/html"))
    app.add_url_rule("/index.html", "index", lambda: Response(page, mimetype="text/html"))
    app.add_url_rule("/healthz", "healthz", lambda: jsonify(status="ready"))
    return app
