"""Client authentication at the token endpoint: by Basic, by form body, or none for public clients.

A client with a secret may use either way whatever it was registered with (spec B1).
"""

from sqlalchemy.orm import Session

from idp.clients import Client, find_client
from idp.kernel.crypto.digests import digest

from .errors import invalid_client
from .requests import Credentials


def authenticate(session: Session, credentials: Credentials) -> Client:
    """Give the client that has proved itself; raises TokenError (RFC 6749 §2.3)."""
    client = find_client(session, credentials.client_id)
    secret = credentials.client_secret
    if client is None or credentials.client_assertion:
        digest(secret or "")  # the same work for an unknown client as for a wrong secret
        raise invalid_client()
    if client.is_public:
        if secret:
            raise invalid_client()
        return client
    if not secret or not client.has_secret(secret):
        raise invalid_client()
    return client
