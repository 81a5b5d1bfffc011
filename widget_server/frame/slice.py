"""Registration of the frame."""

from idp.kernel.work.slices import Slice

from . import routes_drafts, routes_frame
from .routes_doors import blueprint
from .routes_home import home

SLICE = Slice("frame", blueprints=[blueprint, home])

__all__ = ["SLICE", "routes_drafts", "routes_frame"]
