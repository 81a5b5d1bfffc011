"""Keys: rings of ES256 and RS256 signing keys, sealed at rest, rotated without a restart.

Leaves to its neighbours: what is signed (tokens) and where the public keys are shown (discovery).
"""

from typing import TYPE_CHECKING

from idp.kernel.ground.faces import later

if TYPE_CHECKING:
    from .queries import (
        all_keys,
    )
    from .rhythm import (
        rhythm_of,
    )
    from .ring import KeyRing
    from .rules import (
        ALGORITHMS,
        RingKey,
        standing,
    )
    from .service import (
        Order,
        new_keys,
        rotate_keys,
    )
    from .slice import current_ring

__all__ = [
    "ALGORITHMS",
    "KeyRing",
    "Order",
    "RingKey",
    "all_keys",
    "current_ring",
    "new_keys",
    "rhythm_of",
    "rotate_keys",
    "standing",
]

if not TYPE_CHECKING:
    __getattr__ = later(
        __name__,
        rhythm=("rhythm_of",),
        service=(
            "Order",
            "new_keys",
            "rotate_keys",
        ),
        rules=(
            "ALGORITHMS",
            "RingKey",
            "standing",
        ),
        queries=("all_keys",),
        ring=("KeyRing",),
        slice=("current_ring",),
    )
