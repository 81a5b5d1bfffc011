"""Authorize: the authorization endpoint as a pipeline of rules and a dispatcher over one parked row.

Leaves to its neighbours: the pages (signin, consent), codes (grants), the parked row (sessions).
"""

from typing import TYPE_CHECKING

from idp.kernel.ground.faces import later

if TYPE_CHECKING:
    from .capabilities import PROMPTS, REQUEST_OBJECT_ALGORITHMS, RESPONSE_MODES
    from .initiation import initiation_url

__all__ = [
    "PROMPTS",
    "REQUEST_OBJECT_ALGORITHMS",
    "RESPONSE_MODES",
    "initiation_url",
]

if not TYPE_CHECKING:
    __getattr__ = later(
        __name__,
        capabilities=(
            "PROMPTS",
            "REQUEST_OBJECT_ALGORITHMS",
            "RESPONSE_MODES",
        ),
        initiation=("initiation_url",),
    )
