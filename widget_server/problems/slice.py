"""Registration of the problems."""

from idp.kernel.work.slices import Periodic, Slice
from widget_server.routing import shipped_catalogue

from . import events, models
from .cli import problems
from .jobs import LetterDesk, remind_and_erase
from .routes_pages import blueprint

_DESK = LetterDesk(shipped_catalogue())

SLICE = Slice(
    "problems",
    blueprints=[blueprint],
    handlers={
        events.REPORTED: _DESK.on_reported,
        events.REMINDED: _DESK.on_reminded,
        events.SENT: _DESK.on_sent,
        events.CHANGED: _DESK.on_changed,
    },
    commands=[problems],
    periodic=[Periodic("problems.remind_and_erase", 900, remind_and_erase)],
)

__all__ = ["SLICE", "models"]
