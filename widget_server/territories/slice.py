"""Registration of the territories: their commands, and the index that lives as long as the app."""

from typing import cast

from flask import Flask, current_app

from idp.kernel.work.slices import Slice
from widget_server.territories.cli import territories
from widget_server.territories.queries import TerritoryIndexes

_EXTENSION = "territories"


def current_indexes() -> TerritoryIndexes:
    """Give the app's keeper of the territory index."""
    return cast(TerritoryIndexes, current_app.extensions[_EXTENSION])


def _prepare(app: Flask) -> None:
    app.extensions[_EXTENSION] = TerritoryIndexes()


SLICE = Slice(name="territories", commands=(territories,), prepare=_prepare)
