"""Token introspection (RFC 7662): what a token is good for, for those whom it concerns.

Those are the client that it was issued to, and a resource server that it is for. A resource server is
a confidential client of the operator's that may ask for no tokens at all: its `resources` are the
audiences that it is. Everybody else learns that the token is not active, and nothing more (§2.2).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from idp.clients import Client
from idp.kernel.work.floor import Floor
from idp.keys import KeyRing
from idp.settings import settings_of
from idp.tokens import (
    AccessToken,
    BearerRefused,
    Family,
    PresentedRefresh,
    read_access_token,
    read_refresh_token,
    subject_for,
)

from .errors import invalid_client
from .refresh_token import proved_family

INACTIVE: Mapping[str, Any] = {"active": False}
_TOLD = ("scope", "client_id", "sub", "aud", "iss", "exp", "iat", "jti", "acr", "auth_time")


def introspect(
    token: str, caller: Client, *, floor: Floor, ring: KeyRing, now: datetime
) -> Mapping[str, Any]:
    """Give what a caller may know of a token, having looked at the database at once.

    Raises TokenError for a caller that cannot prove who it is (§2.1).
    """
    if caller.is_public:
        raise invalid_client()
    presented = read_refresh_token(token)
    if presented:
        return _of_refresh_token(presented, caller, floor, now)
    try:
        with floor.db.reading() as session:
            access = read_access_token(session, token, ring=ring, settings=settings_of(floor), now=now)
    except BearerRefused:
        return INACTIVE
    return _of_access_token(access) if is_entitled(caller, access) else INACTIVE


def is_entitled(caller: Client, access: AccessToken) -> bool:
    """Say whether a token concerns a caller: it was issued to it, or is for it as a resource server."""
    if caller.id == access.client_id:
        return True
    is_resource_server = not caller.grant_types
    return is_resource_server and not set(caller.resources).isdisjoint(access.audience)


def _of_access_token(access: AccessToken) -> Mapping[str, Any]:
    told = {name: access.claims[name] for name in _TOLD if name in access.claims}
    return {"active": True, "token_type": "Bearer", **told}


def _of_refresh_token(
    presented: PresentedRefresh, caller: Client, floor: Floor, now: datetime
) -> Mapping[str, Any]:
    with floor.db.reading() as session:
        found = proved_family(session, presented, caller, floor=floor, now=now)
    if found is None or found[0].generation != presented.generation:
        return INACTIVE
    return _of_family(found[0], caller, settings_of(floor).issuer)


def _of_family(family: Family, caller: Client, issuer: str) -> Mapping[str, Any]:
    mandate = family.mandate
    return {
        "active": True,
        "scope": " ".join(mandate.scope),
        "client_id": mandate.client_id,
        "sub": subject_for(caller, mandate.account_id),
        "iss": issuer,
        "iat": int(family.created_at.timestamp()),
        "exp": int(family.expires_at.timestamp()),
        "acr": mandate.acr,
        "auth_time": int(mandate.auth_time.timestamp()),
    }
