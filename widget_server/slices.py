"""The slices of the window, lowest first: adding one is a folder and one line here."""

from collections.abc import Sequence

from idp.kernel.work.slices import Slice

SLICES: Sequence[Slice] = ()
