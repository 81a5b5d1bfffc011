"""Grants: authorization codes and the token endpoint.

Leaves to its neighbours: what a token says (tokens), and when a code may be issued (authorize).
"""

from typing import TYPE_CHECKING

from idp.kernel.ground.faces import later

from .errors import TokenError
from .requests import Credentials, parse_credentials
from .rules import GRANT_TYPES

if TYPE_CHECKING:
    from .authentication import authenticate
    from .authorization_code import Approval, issue_code

__all__ = [
    "GRANT_TYPES",
    "Approval",
    "Credentials",
    "TokenError",
    "authenticate",
    "issue_code",
    "parse_credentials",
]

if not TYPE_CHECKING:
    __getattr__ = later(
        __name__,
        authentication=("authenticate",),
        authorization_code=(
            "Approval",
            "issue_code",
        ),
    )
