"""The kinds of grant (RFC 6749 §1.3), laid out as a table: adding one is a module and a line.

Each opens the unit of work that it needs, after the client has proved itself. What comes back is
turned into tokens outside of it; nothing means `invalid_grant`.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from idp.clients import Client
from idp.kernel.work.floor import Floor

from . import authorization_code, client_credentials, jwt_bearer, refresh_token
from .errors import invalid_grant, unauthorized_client, unsupported_grant_type
from .requests import TokenRequest
from .rules import AUTHORIZATION_CODE, CLIENT_CREDENTIALS, JWT_BEARER, REFRESH_TOKEN, Granted


class Exchange(Protocol):
    """Turns a checked request of a proved client into what it is granted, or into nothing."""

    def __call__(
        self, request: TokenRequest, client: Client, floor: Floor, *, now: datetime
    ) -> Granted | None:
        """Exchange."""


TABLE: Mapping[str, Exchange] = {
    AUTHORIZATION_CODE: authorization_code.exchange,
    REFRESH_TOKEN: refresh_token.exchange,
    CLIENT_CREDENTIALS: client_credentials.exchange,
    JWT_BEARER: jwt_bearer.exchange,
}


def exchange_of(request: TokenRequest) -> Exchange:
    """Give the exchange that a request names; raises TokenError for an unknown one."""
    found = TABLE.get(request.grant_type)
    if found is None:
        raise unsupported_grant_type()
    return found


def grant(request: TokenRequest, client: Client, floor: Floor, *, now: datetime) -> Granted:
    """Give what a client is granted; raises TokenError."""
    exchange = exchange_of(request)
    if request.grant_type not in client.grant_types:
        raise unauthorized_client()
    granted = exchange(request, client, floor, now=now)
    if granted is None:
        raise invalid_grant()
    return granted
