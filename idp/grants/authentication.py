"""Client authentication, alike at every endpoint: a secret, a signed assertion, or none of public clients.

A client with a secret may send it by Basic or in the form, whatever it was registered with (spec B1,
E10); a client with keys proves itself by private_key_jwt alone (RFC 7523 §2.2, OpenID Connect Core
§9). Runs before any unit of work, because keys may have to be fetched. Refusals are all alike and
counted; who has guessed too often waits.
"""

from datetime import UTC, datetime, timedelta
from typing import Any

from idp.clients import Client, find_client, use_assertion, verify_client_token
from idp.kernel.crypto.digests import digest
from idp.kernel.crypto.jose import (
    FOREIGN_ALGORITHMS,
    LEEWAY_SECONDS,
    TokenRefused,
    check_assertion,
    claimed_issuer,
)
from idp.kernel.web.floor import current_floor
from idp.kernel.web.limits import check_limit, check_not_passed, peer
from idp.settings import settings_of

from .errors import TokenError, invalid_client
from .requests import Credentials

FAILED_AUTHENTICATIONS = "30/minute"
LONGEST_ASSERTION_SECONDS = 600
_ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"  # RFC 7523 §2.2
_LONGEST_JTI = 512


def authenticate(credentials: Credentials, *, endpoint: str, now: datetime) -> Client:
    """Give the client that has proved itself at an endpoint's path; raises TokenError (RFC 6749 §2.3).

    Opens transactions of its own, so never inside one.
    """
    who = (_claimed_id(credentials)[:100], peer())
    check_not_passed("client-secret", FAILED_AUTHENTICATIONS, *who)
    try:
        return _proved(credentials, endpoint=endpoint, now=now)
    except TokenError:
        check_limit("client-secret", FAILED_AUTHENTICATIONS, *who)
        raise


def _claimed_id(credentials: Credentials) -> str:
    """Give the client's id; an assertion says it too (RFC 7521 §4.2)."""
    return credentials.client_id or claimed_issuer(credentials.client_assertion or "") or ""


def _proved(credentials: Credentials, *, endpoint: str, now: datetime) -> Client:
    with current_floor().db.reading() as session:
        client = find_client(session, _claimed_id(credentials))
    if client is None:
        digest(credentials.client_secret or "")  # the same work for an unknown client as for a wrong secret
        raise invalid_client()
    if credentials.client_assertion is not None or client.auth_method == "private_key_jwt":
        _check_signed(client, credentials, endpoint=endpoint, now=now)
    else:
        _check_secret(client, credentials.client_secret, now=now)
    return client


def _check_secret(client: Client, secret: str | None, *, now: datetime) -> None:
    """Let a public client pass without, any other with a secret of its own alone."""
    if client.is_public and secret:
        raise invalid_client()
    if not client.is_public and not client.has_secret(secret or "", now=now):
        raise invalid_client()


def _check_signed(client: Client, credentials: Credentials, *, endpoint: str, now: datetime) -> None:
    """Check an assertion (RFC 7523 §3) and use it up; whatever is wrong with it, the answer is the same."""
    token, kind = credentials.client_assertion, credentials.client_assertion_type
    if token is None or kind != _ASSERTION_TYPE or client.auth_method != "private_key_jwt":
        raise invalid_client()
    algorithms = [one for one in FOREIGN_ALGORITHMS if client.auth_algorithm in (None, one)]
    try:
        told = verify_client_token(current_floor(), client, token, algorithms=algorithms, now=now).claims
        check_assertion(
            told,
            issuer=client.id,
            audiences=_audiences(endpoint),
            longest_seconds=LONGEST_ASSERTION_SECONDS,
            now=now,
        )
    except TokenRefused:
        raise invalid_client() from None
    _use_up(client, told)


def _audiences(endpoint: str) -> frozenset[str]:
    """Give what an assertion may be meant for: us, the token endpoint, or the endpoint that is called."""
    issuer = settings_of(current_floor()).issuer
    return frozenset({issuer, f"{issuer}/token", issuer + endpoint})


def _use_up(client: Client, claims: Any) -> None:
    subject, jti = claims.get("sub"), claims.get("jti")
    if subject != client.id or not isinstance(jti, str) or not 0 < len(jti) <= _LONGEST_JTI:
        raise invalid_client()
    expires_at = datetime.fromtimestamp(claims["exp"], UTC) + timedelta(seconds=LEEWAY_SECONDS)
    with current_floor().db.writing() as session:
        is_first = use_assertion(session, client.id, jti, expires_at=expires_at)
    if not is_first:
        raise invalid_client()
