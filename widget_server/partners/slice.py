"""Registration of the partners."""

from idp.kernel.work.slices import Slice

from . import models
from .cli import partners

SLICE = Slice("partners", commands=[partners])

__all__ = ["SLICE", "models"]
