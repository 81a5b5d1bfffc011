"""Pure rules of the grants: what an exchange gives, and who gets a refresh token."""

from collections.abc import Collection
from dataclasses import dataclass

from idp.clients import Client
from idp.tokens import Issue

OFFLINE_ACCESS = "offline_access"
AUTHORIZATION_CODE = "authorization_code"
REFRESH_TOKEN = "refresh_token"  # noqa: S105  # the name of a grant type, no secret
CLIENT_CREDENTIALS = "client_credentials"
JWT_BEARER = "urn:ietf:params:oauth:grant-type:jwt-bearer"
GRANT_TYPES = (AUTHORIZATION_CODE, REFRESH_TOKEN, CLIENT_CREDENTIALS, JWT_BEARER)


@dataclass(frozen=True, slots=True)
class Granted:
    """What an exchange gives: the makings of tokens, and a refresh token where there is one."""

    issue: Issue
    refresh_token: str | None = None


def gets_refresh_token(client: Client, scope: Collection[str]) -> bool:
    """Say whether a new grant has refresh tokens (RFC 6749 §1.5, OpenID Connect Core §11).

    A client that may ask for `offline_access` gets them when it asks, and they outlive the session.
    One that is registered for refresh tokens but not for that scope gets them always, and they end
    with the session.
    """
    if REFRESH_TOKEN not in client.grant_types:
        return False
    return OFFLINE_ACCESS in scope or OFFLINE_ACCESS not in client.scopes
