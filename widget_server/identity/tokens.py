"""What the provider's tokens say, once verified: access tokens for our API, ID tokens for our pages.

Both are parsed into frozen values here; a token that is right in every signature and still speaks
for no person (a machine's own, RFC 9068 §5) is refused like a forged one.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from idp.kernel.crypto import jose
from idp.kernel.crypto.digests import matches
from idp.kernel.work.floor import Floor
from widget_server.identity.provider import Provider
from widget_server.identity.queries import has_ended
from widget_server.identity.rules import Person
from widget_server.settings import settings_of

BACK_CHANNEL_EVENT = "http://schemas.openid.net/event/backchannel-logout"
LONGEST_SUB = 255
LONGEST_ACR = 80


@dataclass(frozen=True, slots=True)
class Introduced:
    """Whom an ID token introduces."""

    sub: str
    acr: str
    sid: str = ""


@dataclass(frozen=True, slots=True)
class Farewell:
    """What a logout token ends: one session by `sid`, or everything of a person by `sub` alone."""

    sub: str
    sid: str


class AccessTokens:
    """Validates the access tokens that come to our API (RFC 9068 §4)."""

    def __init__(self, provider: Provider) -> None:
        self._provider = provider

    def person(self, floor: Floor, token: str, *, now: datetime) -> Person:
        """Give whom the token speaks for; raises jose.TokenRefused, ProviderAway."""
        audience = floor.settings.public_url
        claims = self._provider.verify(floor, token, typ="at+jwt", audience=audience, now=now).claims
        if not all(_is_word(claims.get(name)) for name in ("sub", "client_id", "jti")) or "iat" not in claims:
            raise jose.TokenRefused("claims")
        if claims["sub"] == claims["client_id"]:  # RFC 9068 §5: a client's own token names no person
            raise jose.TokenRefused("no person")
        self._refuse_ended(floor, _word(claims, "sid"))
        return Person(
            sub=claims["sub"],
            acr=_acr(claims),
            client_id=claims["client_id"],
            scope=frozenset(_word(claims, "scope").split()),
        )

    def _refuse_ended(self, floor: Floor, sid: str) -> None:
        if not sid:
            return
        with floor.db.reading() as session:
            if has_ended(session, sid):
                raise jose.TokenRefused("session")


def introduced(provider: Provider, floor: Floor, id_token: str, *, nonce: str, now: datetime) -> Introduced:
    """Give whom an ID token introduces to our pages (OpenID Connect Core §3.1.3.7); raises as above."""
    audience = settings_of(floor).console_client_id
    claims = provider.verify(floor, id_token, typ="JWT", audience=audience, now=now).claims
    if not _is_word(claims.get("sub")) or "iat" not in claims:
        raise jose.TokenRefused("claims")
    # A code injected from another browser's sign-in brings that one's nonce (spec C2.12).
    if not matches(_word(claims, "nonce"), nonce):
        raise jose.TokenRefused("nonce")
    is_for_others = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
    if claims.get("azp", None if is_for_others else audience) != audience:
        raise jose.TokenRefused("azp")
    return Introduced(sub=claims["sub"], acr=_acr(claims), sid=_word(claims, "sid")[:LONGEST_SUB])


def farewell(provider: Provider, floor: Floor, logout_token: str, *, now: datetime) -> Farewell:
    """Give what a logout token ends (OpenID Connect Back-Channel Logout §2.6); raises as above.

    A repeated token ends what has ended already, so its `jti` need not be remembered.
    """
    claims = _verified_farewell(provider, floor, logout_token, now=now)
    events = claims.get("events")
    if not isinstance(events, dict) or not isinstance(events.get(BACK_CHANNEL_EVENT), dict):
        raise jose.TokenRefused("events")
    if "nonce" in claims or "iat" not in claims or not _is_word(claims.get("jti")):
        raise jose.TokenRefused("claims")
    return Farewell(sub=_word(claims, "sub"), sid=_word(claims, "sid")[:LONGEST_SUB])


def _verified_farewell(provider: Provider, floor: Floor, token: str, *, now: datetime) -> Mapping[str, Any]:
    """Verify a token meant for either of our clients: the pages' own, or the frame's."""
    settings = settings_of(floor)
    try:
        return provider.verify(
            floor, token, typ="logout+jwt", audience=settings.console_client_id, now=now
        ).claims
    except jose.TokenRefused:
        return provider.verify(
            floor, token, typ="logout+jwt", audience=settings.frame_client_id, now=now
        ).claims


def _acr(claims: Mapping[str, Any]) -> str:
    return _word(claims, "acr")[:LONGEST_ACR]


def _word(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(name)
    return value if isinstance(value, str) else ""


def _is_word(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= LONGEST_SUB
