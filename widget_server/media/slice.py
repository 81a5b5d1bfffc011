"""Registration of the media."""

from idp.kernel.work.slices import Periodic, Slice

from . import models
from .jobs import sweep_abandoned
from .routes_pages import blueprint

SLICE = Slice(
    "media", blueprints=[blueprint], periodic=[Periodic("media.sweep_abandoned", 3600, sweep_abandoned)]
)

__all__ = ["SLICE", "models"]
