"""Token revocation (RFC 7009): a client gives back what it was issued, and nothing of anybody else's.

A refresh token takes its whole grant with it, access tokens too (§2.1); an access token goes alone.
What is unknown, over or another client's changes nothing, and the answer is the same (§2.2).
"""

from datetime import datetime

from sqlalchemy.orm import Session

from idp.audit import Actor, Event, record
from idp.clients import Client
from idp.kernel.work.floor import Floor
from idp.keys import KeyRing
from idp.settings import settings_of
from idp.tokens import (
    AccessToken,
    BearerRefused,
    PresentedRefresh,
    read_refresh_token,
    revoke_access_token,
    revoke_grant,
    verified_claims,
)

from .refresh_token import proved_family


def revoke(token: str, client: Client, *, floor: Floor, ring: KeyRing, now: datetime) -> None:
    """Revoke a client's token."""
    presented = read_refresh_token(token)
    access = None if presented else _access_token(token, client, floor, ring)
    if presented is None and access is None:
        return
    with floor.db.writing() as session:
        if presented:
            _revoke_family(session, presented, client, floor, now)
        if access:
            revoke_access_token(session, access)


def _access_token(token: str, client: Client, floor: Floor, ring: KeyRing) -> AccessToken | None:
    try:
        claims = verified_claims(token, ring=ring, settings=settings_of(floor))
    except BearerRefused:
        return None
    return AccessToken(claims, None) if claims["client_id"] == client.id else None


def _revoke_family(
    session: Session, presented: PresentedRefresh, client: Client, floor: Floor, now: datetime
) -> None:
    found = proved_family(session, presented, client, floor=floor, now=now)
    if found is None:
        return
    mandate = found[0].mandate
    revoke_grant(session, mandate.id, now=now)
    by = Actor("client", client.id)
    record(session, Event("grant.revoked", mandate.account_id, client.id, by=by), now=now)
