"""Pure rules of signing out at a site's wish (OpenID Connect RP-Initiated Logout 1.0 §2, §3)."""

from collections.abc import Collection
from dataclasses import dataclass
from urllib.parse import quote, urlencode


@dataclass(frozen=True, slots=True)
class LogoutWish:
    """What the site sent; values that were not sent are empty."""

    id_token_hint: str
    post_logout_redirect_uri: str
    client_id: str
    state: str | None


def may_return_to(uri: str, registered: Collection[str]) -> bool:
    """Say whether a person may be sent to an address after signing out: registered, letter for letter."""
    return bool(uri) and uri in registered


def return_url(uri: str, state: str | None) -> str:
    """Give the address with `state` and nothing else (§3)."""
    if state is None:
        return uri
    joint = "&" if "?" in uri else "?"
    return f"{uri}{joint}{urlencode({'state': state}, quote_via=quote, safe='')}"
