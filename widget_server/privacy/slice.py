"""Registration of privacy: its tables and its page; slices above call its service."""

from idp.kernel.work.slices import Slice

from . import models
from .routes_pages import blueprint

SLICE = Slice("privacy", blueprints=[blueprint])

__all__ = ["SLICE", "models"]
