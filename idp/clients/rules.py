"""Pure rules of the clients: what a client is, and which addresses one may register."""

import ipaddress
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from urllib.parse import urlsplit

from idp.kernel.crypto.digests import digest, matches
from idp.kernel.crypto.jose import Algorithm

SCOPES = ("openid", "profile", "email", "phone", "address", "offline_access")
AuthMethod = Literal["client_secret_basic", "client_secret_post", "private_key_jwt", "none"]
SECRET_METHODS = ("client_secret_basic", "client_secret_post")
_NEVER = frozenset({"javascript", "data", "vbscript", "file", "about", "blob", "ws", "wss", "ftp"})
_FORBIDDEN_CHARACTERS = frozenset('*\\<>"{}|^` ')


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientMetadata:
    """What is registered of a client (RFC 7591 §2, OpenID Connect Registration §2, Back-Channel Logout §2.2).

    `sector` is the host that pairwise subjects are made for; `resources` are the audiences it may ask
    access tokens for (RFC 8707). `is_first_party` and `is_verified` are the operator's alone to set.
    """

    name_ru: str
    name_en: str
    application_type: Literal["web", "native"] = "web"
    is_first_party: bool = False
    is_verified: bool = False
    require_pkce: bool = True
    require_par: bool = False
    redirect_uris: Sequence[str] = ()
    post_logout_redirect_uris: Sequence[str] = ()
    scopes: Sequence[str] = SCOPES
    grant_types: Sequence[str] = ("authorization_code", "refresh_token")
    resources: Sequence[str] = ()
    auth_method: AuthMethod = "client_secret_basic"
    auth_algorithm: str | None = None
    jwks: Mapping[str, Any] | None = None
    jwks_uri: str | None = None
    subject_type: Literal["public", "pairwise"] = "public"
    sector: str = ""
    sector_identifier_uri: str | None = None
    id_token_algorithm: Algorithm = "RS256"  # noqa: S105  # an algorithm, no secret
    userinfo_algorithm: Algorithm | None = None
    request_object_algorithm: str | None = None
    default_max_age: int | None = None
    require_auth_time: bool = False
    default_acr_values: Sequence[str] = ()
    backchannel_logout_uri: str | None = None
    backchannel_logout_session_required: bool = False
    initiate_login_uri: str | None = None
    client_uri: str | None = None
    logo_uri: str | None = None
    policy_uri: str | None = None
    tos_uri: str | None = None
    contacts: Sequence[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Client(ClientMetadata):
    """A client as the protocol endpoints see it."""

    id: str
    secret_digest: str | None
    older_secret_digest: str | None = None
    older_secret_until: datetime | None = None
    registration_digest: str | None = None

    @property
    def is_public(self) -> bool:
        """Say whether the client cannot prove who it is (RFC 6749 §2.1)."""
        return self.auth_method == "none"

    @property
    def needs_challenge(self) -> bool:
        """Say whether PKCE is required: always of public clients, by default of others (RFC 9700 §2.1.1)."""
        return self.is_public or self.require_pkce

    def name_in(self, language: str) -> str:
        """Give the name that people read."""
        return self.name_en if language == "en" else self.name_ru

    def has_secret(self, secret: str, *, now: datetime) -> bool:
        """Say whether this is a secret of the client, in constant time; while it changes there are two."""
        told, until = digest(secret), self.older_secret_until
        is_newest = matches(self.secret_digest or "", told)
        is_older = matches(self.older_secret_digest or "", told)
        return is_newest or (is_older and until is not None and now < until)


def is_acceptable_redirect(uri: str) -> bool:
    """Say whether an address may be registered to send people back to (RFC 9700 §2.1, RFC 8252 §7)."""
    if _has_forbidden_characters(uri) or "#" in uri:
        return False
    try:
        parts = urlsplit(uri)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return False
    if "@" in parts.netloc or parts.scheme in _NEVER or parts.scheme != uri.partition(":")[0]:
        return False
    if parts.scheme in ("https", "http"):
        return bool(host) and (parts.scheme == "https" or is_loopback(host or ""))
    return "." in parts.scheme  # private-use schemes are reversed domain names, RFC 8252 §7.1


def is_acceptable_origin(origin: str) -> bool:
    """Say whether a text is one exact origin, as browsers send it."""
    return is_acceptable_redirect(origin) and origin == origin_of(origin) and origin.startswith("http")


def is_loopback(host: str) -> bool:
    """Say whether a host is this machine, where plain http is harmless."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def origin_of(uri: str) -> str:
    """Give the origin of a registered web address."""
    parts = urlsplit(uri)
    return f"{parts.scheme}://{parts.netloc}"


def form_action_source(uri: str) -> str:
    """Give the CSP source for a redirect after a form: Chromium checks `form-action` along the whole way."""
    return origin_of(uri) if uri.startswith(("https://", "http://")) else f"{urlsplit(uri).scheme}:"


def shown_host(uri: str) -> str:
    """Give the part of a redirect address that people are shown on the consent page."""
    parts = urlsplit(uri)
    return parts.hostname or parts.scheme


def _has_forbidden_characters(uri: str) -> bool:
    return any(c in _FORBIDDEN_CHARACTERS or not 0x21 <= ord(c) <= 0x7E for c in uri)
