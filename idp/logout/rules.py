"""Pure rules of signing out at a site's wish (OpenID Connect RP-Initiated Logout 1.0 §2, §3)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlencode

LOGOUT_TYPE = "logout+jwt"
LOGOUT_TOKEN_SECONDS = 120
_LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"


@dataclass(frozen=True, slots=True)
class LogoutWish:
    """What the site sent; values that were not sent are empty."""

    id_token_hint: str
    post_logout_redirect_uri: str
    client_id: str
    state: str | None
    ui_locales: str = ""


def may_return_to(uri: str, registered: Collection[str]) -> bool:
    """Say whether a person may be sent to an address after signing out: registered, letter for letter."""
    return bool(uri) and uri in registered


def return_url(uri: str, state: str | None) -> str:
    """Give the address with `state` and nothing else (§3)."""
    if state is None:
        return uri
    joint = "&" if "?" in uri else "?"
    return f"{uri}{joint}{urlencode({'state': state}, quote_via=quote, safe='')}"


def logout_claims(
    *, issuer: str, client_id: str, sub: str, sid: str, jti: str, now: datetime
) -> dict[str, Any]:
    """Give the claims of a logout token (OpenID Connect Back-Channel Logout 1.0 §2.4); never a `nonce`."""
    at = int(now.timestamp())
    return {
        "iss": issuer,
        "aud": client_id,
        "iat": at,
        "exp": at + LOGOUT_TOKEN_SECONDS,
        "jti": jti,
        "sub": sub,
        "sid": sid,
        "events": {_LOGOUT_EVENT: {}},
    }
