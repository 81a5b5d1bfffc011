"""Keys: rings of ES256 and RS256 signing keys, sealed at rest, rotated without a restart.

Leaves to its neighbours: what is signed (tokens) and where the public keys are shown (discovery).
"""

from typing import TYPE_CHECKING

from idp.kernel.ground.faces import later

if TYPE_CHECKING:
    from .ring import KeyRing
    from .slice import current_ring

__all__ = [
    "KeyRing",
    "current_ring",
]

if not TYPE_CHECKING:
    __getattr__ = later(
        __name__,
        ring=("KeyRing",),
        slice=("current_ring",),
    )
