"""What the registration endpoints are sent: a bearer token, and a document in JSON."""

from collections.abc import Mapping
from typing import Any, cast

import orjson
from flask import Request

from idp.clients import Client, MetadataRefused
from idp.kernel.crypto.digests import digest

from .errors import TokenRefused

LARGEST_DOCUMENT_BYTES = 64 * 1024
_OURS_TO_SAY = (
    "registration_access_token",
    "registration_client_uri",
    "client_secret_expires_at",
    "client_id_issued_at",
)


def bearer_of(request: Request) -> str | None:
    """Give the bearer token of the header (RFC 6750 §2.1), or nothing where there is no header."""
    header = request.headers.get("Authorization")
    if header is None:
        return None
    scheme, _, token = header.partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise TokenRefused
    return token.strip()


def document_of(request: Request) -> Mapping[str, Any]:
    """Give the JSON object that was sent; raises MetadataRefused."""
    data = request.get_data() if request.mimetype == "application/json" else b""
    if not 0 < len(data) <= LARGEST_DOCUMENT_BYTES:
        raise MetadataRefused("send a JSON object as application/json, of 64 kB at most")
    try:
        document = orjson.loads(data)
    except orjson.JSONDecodeError:
        raise MetadataRefused("this is not JSON") from None
    if not isinstance(document, dict):
        raise MetadataRefused("this is no JSON object")
    return cast("dict[str, Any]", document)


def check_replacement(document: Mapping[str, Any], client: Client) -> None:
    """Check what a change says of the client itself (RFC 7592 §2.2): its id and secret, nothing of ours."""
    if document.get("client_id") != client.id:
        raise MetadataRefused("client_id is missing or another one")
    secret = document.get("client_secret")
    if secret is not None and (not isinstance(secret, str) or digest(secret) != client.secret_digest):
        raise MetadataRefused("client_secret is not the present one; it is not changed here")
    if any(name in document for name in _OURS_TO_SAY):
        raise MetadataRefused("members that only the answer has must not be sent")
