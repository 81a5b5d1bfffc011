"""Registration of the keys: commands, rotation, and the ring that lives as long as the app."""

from typing import cast

from flask import Flask, current_app

from idp.kernel.work.floor import Floor
from idp.kernel.work.slices import Periodic, Slice

from .cli import keys
from .rhythm import forget, rotate_due
from .ring import KeyRing

_EXTENSION = "keys"
_TEN_MINUTES_SECONDS = 600
_DAY_SECONDS = 24 * 3600


def current_ring() -> KeyRing:
    """Give the app's keys."""
    return cast(KeyRing, current_app.extensions[_EXTENSION])


def _prepare(app: Flask) -> None:
    floor = cast(Floor, app.extensions["floor"])
    app.extensions[_EXTENSION] = KeyRing(floor.db, floor.envelope)


SLICE = Slice(
    name="keys",
    commands=(keys,),
    periodic=[
        Periodic("keys.rotate", _TEN_MINUTES_SECONDS, rotate_due),
        Periodic("keys.forget", _DAY_SECONDS, forget),
    ],
    prepare=_prepare,
)
