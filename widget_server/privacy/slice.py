"""Registration of privacy: only tables, for the slices above call its service."""

from idp.kernel.work.slices import Slice

from . import models

SLICE = Slice("privacy")

__all__ = ["SLICE", "models"]
