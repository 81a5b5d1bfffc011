"""The token request as a value, parsed once: no grant ever reaches into the raw form.

Basic credentials are read here and not by Authlib, whose reader raises on bad UTF-8 and does not
turn `+` into a space as RFC 6749 §2.3.1 asks (spec B6, E7).
"""

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import unquote_plus

from werkzeug.datastructures import MultiDict

from idp.tokens import is_resource

from .errors import invalid_client, invalid_request, invalid_target

_LONGEST_VALUE = 8192
_MOST_RESOURCES = 10
_REPEATABLE = frozenset({"resource"})  # RFC 8707 §2.2


@dataclass(frozen=True, slots=True)
class Credentials:
    """What a client says of itself: its id and, unless it is public, a secret or a signed assertion.

    Beside an assertion the id may be empty: its `sub` says it too (RFC 7521 §4.2).
    """

    client_id: str
    client_secret: str | None
    client_assertion: str | None = None
    client_assertion_type: str | None = None


@dataclass(frozen=True, slots=True)
class TokenRequest:
    """A well-formed token request; values that were not sent are empty."""

    credentials: Credentials
    grant_type: str
    code: str
    redirect_uri: str
    code_verifier: str | None
    refresh_token: str = ""
    assertion: str = ""
    scope: tuple[str, ...] | None = None
    resources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TokenQuestion:
    """A request about one token, at the revocation and the introspection endpoint."""

    credentials: Credentials
    token: str


def parse_token_request(form: MultiDict[str, str], authorization: str | None) -> TokenRequest:
    """Read a token request; raises TokenError (RFC 6749 §3.2, §5.2)."""
    _check_values(form)
    if not form.get("grant_type"):
        raise invalid_request("grant_type is missing")
    return TokenRequest(
        credentials=parse_credentials(form, authorization),
        grant_type=form.get("grant_type", ""),
        code=form.get("code", ""),
        redirect_uri=form.get("redirect_uri", ""),
        code_verifier=form.get("code_verifier"),
        refresh_token=form.get("refresh_token", ""),
        assertion=form.get("assertion", ""),
        scope=_parse_scope(form.get("scope", "")),
        resources=_parse_resources(form.getlist("resource")),
    )


def parse_token_question(form: MultiDict[str, str], authorization: str | None) -> TokenQuestion:
    """Read a request about a token (RFC 7009 §2.1, RFC 7662 §2.1); raises TokenError.

    The hint is not read: what kind a token is shows itself.
    """
    _check_values(form)
    if not form.get("token"):
        raise invalid_request("token is missing")
    return TokenQuestion(parse_credentials(form, authorization), form["token"])


def _check_values(form: MultiDict[str, str]) -> None:
    for name, values in form.lists():
        if len(values) > 1 and name not in _REPEATABLE:
            raise invalid_request("a parameter is sent twice")
        if any(len(value) > _LONGEST_VALUE or "\0" in name + value for value in values):
            raise invalid_request("a parameter cannot be read")


def _parse_scope(text: str) -> tuple[str, ...] | None:
    """Read a scope, each value once; an empty one counts as not sent (RFC 6749 §3.2)."""
    return tuple(dict.fromkeys(text.split())) or None


def _parse_resources(values: Sequence[str]) -> tuple[str, ...]:
    if len(values) > _MOST_RESOURCES or not all(is_resource(value) for value in values):
        raise invalid_target()
    return tuple(dict.fromkeys(values))


def parse_credentials(form: MultiDict[str, str], authorization: str | None) -> Credentials:
    """Read the client's credentials from exactly one place (RFC 6749 §2.3)."""
    assertion = form.get("client_assertion") or None
    if authorization is None:
        return _in_form(form, assertion)
    if "client_secret" in form or assertion:
        raise invalid_request("client credentials are sent twice")
    credentials = _parse_basic(authorization)
    if form.get("client_id", credentials.client_id) != credentials.client_id:
        raise invalid_request("client_id differs from the credentials")
    return credentials


def _in_form(form: MultiDict[str, str], assertion: str | None) -> Credentials:
    client_id, secret = form.get("client_id", ""), form.get("client_secret") or None
    if secret and assertion:
        raise invalid_request("client credentials are sent twice")
    if not client_id and not assertion:
        raise invalid_client()
    return Credentials(client_id, secret, assertion, form.get("client_assertion_type") or None)


def _parse_basic(authorization: str) -> Credentials:
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        raise invalid_client()
    try:
        pair = base64.b64decode(encoded.strip(), validate=True).decode()
        client_id, colon, secret = pair.partition(":")
        found = Credentials(unquote_plus(client_id, errors="strict"), unquote_plus(secret, errors="strict"))
    except (binascii.Error, ValueError):
        raise invalid_client() from None
    if not colon or not found.client_id or "\0" in pair + found.client_id:
        raise invalid_client()
    return found
