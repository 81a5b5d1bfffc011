"""Registration of identity: sign-in pages, the commands for staff, what is forgotten when."""

from datetime import timedelta

from flask import Flask

from idp.kernel.ground import clock
from idp.kernel.work.floor import Floor
from idp.kernel.work.slices import Periodic, Slice
from widget_server.identity.cli import staff
from widget_server.identity.provider import Provider
from widget_server.identity.routes_api import blueprint
from widget_server.identity.routes_pages import pages, popup
from widget_server.identity.routes_persons import EXTENSION
from widget_server.identity.service import forget_old

_HOURLY = int(timedelta(hours=1).total_seconds())


def _prepare(app: Flask) -> None:
    app.extensions[EXTENSION] = Provider()


def _forget(floor: Floor) -> None:
    with floor.db.writing() as session:
        forget_old(session, now=clock.now())


SLICE = Slice(
    name="identity",
    blueprints=(pages, popup, blueprint),
    commands=(staff,),
    periodic=(Periodic("identity.forget", _HOURLY, _forget),),
    prepare=_prepare,
)
