"""Which metadata may be registered: what goes together, and which addresses a client may name.

A `Door` says what may be asked for where: the operator's command may give more than dynamic
registration, which never makes a client first-party, verified or wider in scope (spec C4.10).
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from idp.kernel.crypto.jose import public_jwks
from idp.kernel.outside.guard import FetchRefused, parse_url

from .documents import Document, MetadataRefused
from .names import name_fault
from .rules import SCOPES, ClientMetadata, is_acceptable_redirect, is_loopback, shown_host

_NEEDS_REDIRECT = "authorization_code"
_PUBLIC, _SIGNING = "none", "private_key_jwt"


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """What may be registered here.

    `may_fetch` says whether we would ever call an address (spec C5.1, C5.4); `own_host` is ours, where
    nobody else lives; on this machine (`takes_loopback`) plain http is harmless.
    """

    may_fetch: Callable[[str], bool]
    own_host: str
    scopes: Collection[str] = SCOPES
    grant_types: Collection[str] = ("authorization_code", "refresh_token")
    require_pkce: bool = True
    takes_loopback: bool = False


def metadata_of(asked: Document, door: Door) -> ClientMetadata:
    """Give what a client is registered with; raises MetadataRefused.

    The `sector` of one that names a sector_identifier_uri is right only when `sectors` has looked there.
    """
    _check_flow(asked, door)
    _check_redirects(asked, door)
    _check_addresses(asked, door)
    return ClientMetadata(
        name_ru=_name(asked, asked.client_name_ru),
        name_en=_name(asked, asked.client_name_en),
        application_type=asked.application_type,
        require_pkce=door.require_pkce,
        require_par=asked.require_pushed_authorization_requests,
        redirect_uris=tuple(dict.fromkeys(asked.redirect_uris)),
        post_logout_redirect_uris=tuple(dict.fromkeys(asked.post_logout_redirect_uris)),
        scopes=_scopes(asked, door),
        grant_types=tuple(dict.fromkeys(asked.grant_types)),
        auth_method=asked.token_endpoint_auth_method,
        auth_algorithm=asked.token_endpoint_auth_signing_alg,
        jwks=_keys(asked),
        jwks_uri=asked.jwks_uri,
        subject_type=asked.subject_type,
        sector=_sector(asked),
        sector_identifier_uri=asked.sector_identifier_uri,
        id_token_algorithm=asked.id_token_signed_response_alg,
        userinfo_algorithm=asked.userinfo_signed_response_alg,
        request_object_algorithm=asked.request_object_signing_alg,
        default_max_age=asked.default_max_age,
        require_auth_time=asked.require_auth_time,
        default_acr_values=tuple(asked.default_acr_values),
        backchannel_logout_uri=asked.backchannel_logout_uri,
        backchannel_logout_session_required=asked.backchannel_logout_session_required,
        initiate_login_uri=asked.initiate_login_uri,
        client_uri=asked.client_uri,
        logo_uri=asked.logo_uri,
        policy_uri=asked.policy_uri,
        tos_uri=asked.tos_uri,
        contacts=tuple(asked.contacts),
    )


def _name(asked: Document, in_language: str | None) -> str:
    """Give the name in a language; any other stands in for it, and the host where there is none."""
    host = shown_host(asked.redirect_uris[0]) if asked.redirect_uris else ""
    name = in_language or asked.client_name or asked.client_name_en or asked.client_name_ru or host
    fault = name_fault(name)
    if fault:
        raise MetadataRefused(f"client_name: {fault}")
    return name


def _check_flow(asked: Document, door: Door) -> None:
    """Check that grants, responses and redirects belong together (RFC 7591 §2.1)."""
    if not set(asked.grant_types) <= set(door.grant_types):
        raise MetadataRefused("grant_types: one of these is not offered here")
    is_interactive = _NEEDS_REDIRECT in asked.grant_types
    if asked.response_types is not None and asked.response_types != (["code"] if is_interactive else []):
        raise MetadataRefused("response_types: only code is offered, with the grant authorization_code")
    if is_interactive != bool(asked.redirect_uris):
        raise MetadataRefused("redirect_uris belong to the grant authorization_code", "invalid_redirect_uri")
    is_public = asked.token_endpoint_auth_method == _PUBLIC
    if is_public and "client_credentials" in asked.grant_types:
        raise MetadataRefused("a client without credentials cannot have the grant client_credentials")


def _check_redirects(asked: Document, door: Door) -> None:
    if not all(_is_redirect(uri, asked, door) for uri in asked.redirect_uris):
        raise MetadataRefused("redirect_uris: one of these cannot be registered", "invalid_redirect_uri")
    if not all(_is_redirect(uri, asked, door) for uri in asked.post_logout_redirect_uris):
        raise MetadataRefused("post_logout_redirect_uris: one of these cannot be registered")


def _is_redirect(uri: str, asked: Document, door: Door) -> bool:
    """Say whether an address fits the kind of client: https for sites, more for apps (RFC 8252 §7)."""
    if not is_acceptable_redirect(uri):
        return False
    parts = urlsplit(uri)
    if parts.hostname == door.own_host:
        return False
    is_at_home = door.takes_loopback and is_loopback(parts.hostname or "")
    return parts.scheme == "https" or is_at_home or asked.application_type == "native"


def _check_addresses(asked: Document, door: Door) -> None:
    """Check the other addresses: those that we call ourselves, and those that people follow."""
    for name in ("jwks_uri", "sector_identifier_uri", "backchannel_logout_uri"):
        uri = getattr(asked, name)
        if uri and ("#" in uri or not door.may_fetch(uri)):
            raise MetadataRefused(f"{name} is no public https address on port 443")
    for name in ("initiate_login_uri", "client_uri", "logo_uri", "policy_uri", "tos_uri"):
        uri = getattr(asked, name)
        if uri and not _is_link(uri, door):
            raise MetadataRefused(f"{name} is no public https address")


def _is_link(uri: str, door: Door) -> bool:
    try:
        target = parse_url(uri)
    except FetchRefused:
        return False
    return target.scheme == "https" and target.host != door.own_host and "\\" not in uri


def _scopes(asked: Document, door: Door) -> tuple[str, ...]:
    """Give the scopes asked for that may be had here; the answer says which those are (RFC 7591 §3.2.1)."""
    if asked.scope is None:
        return tuple(SCOPES)
    wanted = asked.scope.split()
    return tuple(scope for scope in dict.fromkeys(wanted) if scope in door.scopes)


def _keys(asked: Document) -> dict[str, Any] | None:
    """Give the public keys of a client; by value or by address, not both (RFC 7591 §2)."""
    if asked.jwks is not None and asked.jwks_uri is not None:
        raise MetadataRefused("jwks and jwks_uri exclude each other")
    signs = asked.token_endpoint_auth_method == _SIGNING
    if signs and not (asked.jwks or asked.jwks_uri):
        raise MetadataRefused("private_key_jwt needs jwks or jwks_uri")
    if asked.jwks is None:
        return None
    try:
        return public_jwks(asked.jwks)
    except ValueError as error:
        raise MetadataRefused(f"jwks: {error}") from None


def _sector(asked: Document) -> str:
    """Give the host that pairwise subjects are made for (OpenID Connect Core §8.1)."""
    if asked.sector_identifier_uri:
        return urlsplit(asked.sector_identifier_uri).hostname or ""
    hosts = {urlsplit(uri).hostname or "" for uri in asked.redirect_uris}
    if asked.subject_type == "pairwise" and (len(hosts) != 1 or "" in hosts):
        raise MetadataRefused("pairwise subjects for several hosts need a sector_identifier_uri")
    return hosts.pop() if asked.subject_type == "pairwise" else ""
