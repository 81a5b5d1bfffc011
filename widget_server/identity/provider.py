"""Our side of the identity provider: what it publishes, its keys, the calls we make to it.

One `Provider` per app, shared by threads. What the provider publishes is kept for a short life; a
token that names an unknown key asks again, but only so often, so that forged tokens cannot make us
hammer the provider. All calls go through the floor's guarded client.
"""

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import orjson
import structlog

from idp.kernel.crypto import jose
from idp.kernel.ground.faults import Unavailable
from idp.kernel.outside.http import Answer, FetchError
from idp.kernel.work.floor import Floor
from widget_server.identity.rules import PersonClaims
from widget_server.settings import settings_of

log = structlog.get_logger("identity")
ALGORITHMS: Final[tuple[jose.Algorithm, ...]] = ("ES256", "RS256")
FRESH = timedelta(minutes=5)
STALE = timedelta(minutes=15)
ASK_AGAIN_AFTER = timedelta(seconds=10)
PATIENCE_SECONDS = 1.0
LONGEST_NAME = 200


class ProviderAway(Unavailable):
    """The identity provider does not answer, or not as one should."""

    code = "provider-away"
    title = "Signing in does not work right now"
    detail = "Please try again in a minute."


class CodeRefused(Exception):
    """The provider did not take the code; the text says why, for the log only."""


@dataclass(frozen=True, slots=True)
class Published:
    """What the provider publishes (OpenID Connect Discovery §3), as of `read_at`."""

    authorization_endpoint: str
    token_endpoint: str
    userinfo_endpoint: str
    end_session_endpoint: str
    says_iss: bool
    keys: tuple[jose.SigningKey, ...]
    read_at: datetime


@dataclass(frozen=True, slots=True)
class Tokens:
    """What a code was exchanged for."""

    id_token: str
    access_token: str


class Provider:
    """The provider as known to one app."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._published: Published | None = None
        self._asked_at: datetime | None = None

    def published(self, floor: Floor, *, now: datetime) -> Published:
        """Give what the provider publishes, at most FRESH old, STALE while it is away; or ProviderAway."""
        known = self._published
        if known and now - known.read_at < FRESH:
            return known
        return self._renewed(floor, known, now=now)

    def verify(self, floor: Floor, token: str, *, typ: str, audience: str, now: datetime) -> jose.Token:
        """Verify a token of the provider, or raise jose.TokenRefused; asks once more at an unknown key."""
        issuer = settings_of(floor).issuer

        def attempt(keys: Sequence[jose.SigningKey]) -> jose.Token:
            return jose.verify(
                token, keys, algorithms=ALGORITHMS, typ=typ, issuer=issuer, audience=audience, now=now
            )

        known = self.published(floor, now=now)
        try:
            return attempt(known.keys)
        except jose.KeyUnknown:
            return attempt(self._renewed(floor, known, now=now).keys)

    def exchange(self, floor: Floor, code: str, *, verifier: str, redirect_uri: str, now: datetime) -> Tokens:
        """Exchange a code for tokens (RFC 6749 §4.1.3); raises CodeRefused or ProviderAway."""
        settings = settings_of(floor)
        address = self.published(floor, now=now).token_endpoint
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": redirect_uri,
            "code_verifier": verifier,
        }
        client = (settings.console_client_id, settings.console_client_secret.get_secret_value())
        with _expecting_an_answer():
            answer = floor.http.post_form(address, form, accept="application/json", basic=client)
        return _tokens(answer)

    def userinfo(self, floor: Floor, access_token: str, *, sub: str, now: datetime) -> PersonClaims:
        """Ask about the person of a token (OpenID Connect Core §5.3); ProviderAway when it is not `sub`."""
        address = self.published(floor, now=now).userinfo_endpoint
        with _expecting_an_answer():
            claims = floor.http.get_json(address, bearer=access_token)
        if claims.get("sub") != sub:  # OpenID Connect Core §5.3.2: such an answer must not be used
            raise ProviderAway
        return PersonClaims(
            sub=sub,
            email=_text(claims, "email"),
            email_verified=claims.get("email_verified") is True,
            name=_text(claims, "name"),
        )

    def _renewed(self, floor: Floor, known: Published | None, *, now: datetime) -> Published:
        """Give something newer than `known` if the provider may be asked now, else what is still usable."""
        # Waiting threads would starve a provider that shares this process: they wait a moment only.
        if self._lock.acquire(timeout=PATIENCE_SECONDS):
            try:
                if self._published is known and self._may_ask(now):
                    self._ask(floor, now=now)
            finally:
                self._lock.release()
        if self._published is None or now - self._published.read_at >= STALE:
            raise ProviderAway
        return self._published

    def _may_ask(self, now: datetime) -> bool:
        return self._asked_at is None or now - self._asked_at >= ASK_AGAIN_AFTER

    def _ask(self, floor: Floor, *, now: datetime) -> None:
        self._asked_at = now
        try:
            self._published = _read(floor, now=now)
        except (FetchError, ProviderAway) as error:
            log.warning("provider_away", reason=str(error))


def _read(floor: Floor, *, now: datetime) -> Published:
    issuer = settings_of(floor).issuer
    document = floor.http.get_json(f"{issuer}/.well-known/openid-configuration")
    if document.get("issuer") != issuer:  # OpenID Connect Discovery §4.3
        raise ProviderAway
    keys = jose.import_key_set(floor.http.get_json(_own_address(document, "jwks_uri", issuer)))
    return Published(
        authorization_endpoint=_own_address(document, "authorization_endpoint", issuer),
        token_endpoint=_own_address(document, "token_endpoint", issuer),
        userinfo_endpoint=_own_address(document, "userinfo_endpoint", issuer),
        end_session_endpoint=_own_address(document, "end_session_endpoint", issuer),
        says_iss=document.get("authorization_response_iss_parameter_supported") is True,
        keys=tuple(keys),
        read_at=now,
    )


def _own_address(document: Mapping[str, Any], name: str, issuer: str) -> str:
    """Give an address that the provider publishes; ours has all of them under its own origin."""
    address = document.get(name)
    if not isinstance(address, str) or not address.startswith(f"{issuer}/"):
        raise ProviderAway
    return address


def _tokens(answer: Answer) -> Tokens:
    try:
        body = orjson.loads(answer.body) if answer.status == 200 else {}
    except ValueError:
        body = None
    if answer.status >= 500 or not isinstance(body, dict):
        raise ProviderAway
    id_token, access_token = body.get("id_token"), body.get("access_token")
    if not isinstance(id_token, str) or not isinstance(access_token, str):
        raise CodeRefused(f"status {answer.status}")
    return Tokens(id_token, access_token)


@contextmanager
def _expecting_an_answer() -> Iterator[None]:
    try:
        yield
    except FetchError as error:
        log.warning("provider_away", reason=str(error))
        raise ProviderAway from None


def _text(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(name)
    return value[:LONGEST_NAME] if isinstance(value, str) else ""
