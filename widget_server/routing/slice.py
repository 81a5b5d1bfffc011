"""Registration of the routing: its command, and the desk that lives as long as the app."""

from typing import cast

from flask import Flask, current_app

from idp.kernel.work.slices import Slice
from widget_server.routing.catalogue_file import shipped_catalogue
from widget_server.routing.cli import routing
from widget_server.routing.deadlines import shipped_calendars
from widget_server.routing.queries import PinDesk
from widget_server.territories import current_indexes

_EXTENSION = "routing"


def current_desk() -> PinDesk:
    """Give the app's desk."""
    return cast(PinDesk, current_app.extensions[_EXTENSION])


def _prepare(app: Flask) -> None:
    with app.app_context():
        indexes = current_indexes()
    app.extensions[_EXTENSION] = PinDesk(shipped_catalogue(), calendars=shipped_calendars(), indexes=indexes)


SLICE = Slice(name="routing", commands=(routing,), prepare=_prepare)
