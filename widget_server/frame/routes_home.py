"""The window's own front page and the short address of the loader."""

from flask import Blueprint, redirect, render_template
from werkzeug.wrappers import Response

from idp.kernel.web.assets import asset_url
from idp.kernel.web.surface import Surface, surface

home = surface(Blueprint("home", __name__), Surface.CAPABILITY)
_ALIAS_SECONDS = 3600


@home.get("/")
def front() -> str:
    """Say what this host is, with the ways on."""
    return render_template("frame/home.html")


@home.get("/loader.js")
def loader() -> Response:
    """Lead to the present loader; its own address is immutable and has an integrity hash."""
    response = redirect(asset_url("loader.js"), 302)
    response.headers["Cache-Control"] = f"public, max-age={_ALIAS_SECONDS}"
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response
