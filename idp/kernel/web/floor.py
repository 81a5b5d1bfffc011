"""How a route finds the floor it stands on."""

from typing import cast

from flask import current_app

from ..work.floor import Floor


def current_floor() -> Floor:
    """Give the collaborators of the app that serves this request."""
    return cast(Floor, current_app.extensions["floor"])
