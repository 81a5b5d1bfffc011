"""Grants: authorization codes and the token endpoint.

Leaves to its neighbours: what a token says (tokens), and when a code may be issued (authorize).
"""

from typing import TYPE_CHECKING

from idp.kernel.ground.faces import later

if TYPE_CHECKING:
    from .service import Approval, issue_code

__all__ = [
    "Approval",
    "issue_code",
]

if not TYPE_CHECKING:
    __getattr__ = later(
        __name__,
        service=(
            "Approval",
            "issue_code",
        ),
    )
