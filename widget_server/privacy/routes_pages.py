"""The page that says how we treat people's data, in plain words."""

from flask import Blueprint, render_template

from idp.kernel.web.floor import current_floor
from idp.kernel.web.surface import Surface, surface
from widget_server.settings import settings_of

blueprint = surface(Blueprint("privacy", __name__), Surface.CAPABILITY)


@blueprint.get("/privacy")
def policy() -> str:
    """Show who the operator is, what is kept for how long, and how to take a consent back."""
    return render_template("privacy/policy.html", settings=settings_of(current_floor()))
