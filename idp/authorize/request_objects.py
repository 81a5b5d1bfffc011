"""Signed request objects (RFC 9101, OpenID Connect Core §6.1): a request that its client has signed.

Read before the pipeline and outside of any unit of work, because the client's keys may have to be
fetched. What the object says is the whole request: a parameter beside it counts for nothing
(RFC 9101 §6.3), except that `client_id` and, where it is sent, `response_type` must be the same. The
object has its issuer, its audience and an end; one without is refused, and so is an unsigned one.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from idp.clients import Client, find_client, verify_client_token
from idp.kernel.crypto.jose import TokenRefused, check_assertion
from idp.kernel.work.floor import Floor
from idp.settings import settings_of

from .capabilities import REQUEST_OBJECT_ALGORITHMS
from .draft import Fault

TYPES = frozenset({"jwt", "oauth-authz-req+jwt"})  # RFC 9101 §4, §10.8.1
LONGEST_SECONDS = 3600
Sent = Mapping[str, Sequence[str]]
_OF_THE_TOKEN = frozenset({"iss", "aud", "exp", "nbf", "iat", "jti", "sub"})


@dataclass(frozen=True, slots=True)
class Unfolded:
    """The request that counts, or the one beside a bad object with what is wrong with the object."""

    sent: Sent
    fault: Fault | None = None


class ObjectRefused(Exception):
    """The object is no request of this client; the text is told to the client."""


def unfold(floor: Floor, sent: Sent, *, now: datetime) -> Unfolded:
    """Give the request in a request object, or the request itself where there is none."""
    objects = [value for value in sent.get("request", ()) if value]
    client = _client(floor, sent) if len(objects) == 1 else None
    if client is None:
        return Unfolded(sent)
    try:
        return Unfolded(_request_in(floor, client, objects[0], sent, now=now))
    except ObjectRefused as refused:
        return Unfolded(sent, Fault("invalid_request_object", str(refused)))


def _client(floor: Floor, sent: Sent) -> Client | None:
    named = sent.get("client_id", ())
    if len(named) != 1 or "\0" in named[0]:
        return None
    with floor.db.reading() as session:
        return find_client(session, named[0])


def _request_in(floor: Floor, client: Client, token: str, beside: Sent, *, now: datetime) -> Sent:
    claims = _verified(floor, client, token, now=now)
    request = {name: _values(value) for name, value in claims.items() if name not in _OF_THE_TOKEN}
    if "request" in request or "request_uri" in request:
        raise ObjectRefused("a request object holds no other one")  # RFC 9101 §4
    if request.setdefault("client_id", [client.id]) != [client.id]:
        raise ObjectRefused("client_id differs from the one beside the request object")
    response_type = list(beside.get("response_type", ()))
    if response_type and response_type != request.get("response_type"):
        raise ObjectRefused("response_type differs from the one beside the request object")
    return request


def _verified(floor: Floor, client: Client, token: str, *, now: datetime) -> Mapping[str, Any]:
    wanted = client.request_object_algorithm
    algorithms = [one for one in REQUEST_OBJECT_ALGORITHMS if wanted in (None, one)]
    try:
        told = verify_client_token(floor, client, token, algorithms=algorithms, types=TYPES, now=now).claims
        check_assertion(
            told,
            issuer=client.id,
            audiences=frozenset({settings_of(floor).issuer}),
            longest_seconds=LONGEST_SECONDS,
            now=now,
        )
    except TokenRefused:
        raise ObjectRefused("the request object is not signed by this client for us, or is over") from None
    if "nbf" in told and told["nbf"] < now.timestamp() - LONGEST_SECONDS:
        raise ObjectRefused("the request object is too old")
    if told.get("sub") == client.id:
        raise ObjectRefused("this is a client assertion and no request object")  # RFC 9101 §10.8
    return told


def _values(value: object) -> list[str]:
    """Give a member as the values of a parameter; `claims` is an object, `resource` may be a list."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, int) and not isinstance(value, bool):
        return [str(value)]
    if isinstance(value, dict):
        return [json.dumps(value)]
    if isinstance(value, list) and value and all(isinstance(one, str) for one in value):
        return value
    raise ObjectRefused("a member of the request object cannot be read")
