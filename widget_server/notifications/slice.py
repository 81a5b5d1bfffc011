"""Registration of the notifications."""

from idp.kernel.work.slices import Slice

from . import models
from .events import LETTER_POSTED
from .jobs import send_letter

SLICE = Slice("notifications", handlers={LETTER_POSTED: send_letter})

__all__ = ["SLICE", "models"]
