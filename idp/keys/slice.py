"""Registration of the keys: their commands, and the ring that lives as long as the app."""

from typing import cast

from flask import Flask, current_app

from idp.kernel.ground import clock
from idp.kernel.work.floor import Floor
from idp.kernel.work.slices import Periodic, Slice

from .cli import keys
from .ring import KeyRing
from .service import forget_old_keys

_EXTENSION = "keys"
_DAY_SECONDS = 24 * 3600


def current_ring() -> KeyRing:
    """Give the app's keys."""
    return cast(KeyRing, current_app.extensions[_EXTENSION])


def _prepare(app: Flask) -> None:
    floor = cast(Floor, app.extensions["floor"])
    app.extensions[_EXTENSION] = KeyRing(floor.db, floor.envelope)


def _forget(floor: Floor) -> None:
    with floor.db.writing() as session:
        forget_old_keys(session, now=clock.now())


SLICE = Slice(
    name="keys",
    commands=(keys,),
    periodic=[Periodic("keys.forget", _DAY_SECONDS, _forget)],
    prepare=_prepare,
)
