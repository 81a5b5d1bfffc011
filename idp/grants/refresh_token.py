"""Refresh tokens (RFC 6749 §6, RFC 9700 §4.14.2): rotated at each use, one living child, reuse kills.

The present generation is used up by one conditional UPDATE. Whoever comes with the same token within
the grace, a second tab or a client that lost the answer, is told the same successor once more, so
that in a race many may answer and one refresh token lives. Later a used token is one that two have:
the whole grant dies, and as that must outlive the refusal nothing is returned instead of raising.
"""

from datetime import datetime, timedelta

import structlog
from sqlalchemy.orm import Session

from idp.audit import Actor, Event, record
from idp.clients import Client
from idp.kernel.crypto.envelope import EnvelopeBroken
from idp.kernel.work.floor import Floor
from idp.settings import ProviderSettings, settings_of
from idp.tokens import (
    REFRESH_PURPOSE,
    Family,
    Issue,
    PresentedRefresh,
    Verdict,
    advance_family,
    audience_of,
    claims_for_id_token,
    find_family,
    judge,
    read_refresh_token,
    refresh_token,
    revoke_grant,
)

from .errors import invalid_scope, invalid_target
from .requests import TokenRequest
from .rules import Granted

log = structlog.get_logger("grants")


def exchange(request: TokenRequest, client: Client, floor: Floor, *, now: datetime) -> Granted | None:
    """Exchange a refresh token for new tokens and its successor; nothing for one that is not good."""
    presented = read_refresh_token(request.refresh_token)
    if presented is None:
        return None
    with floor.db.writing() as session:
        return rotate(session, presented, request, client, floor=floor, now=now)


def rotate(
    session: Session,
    presented: PresentedRefresh,
    request: TokenRequest,
    client: Client,
    *,
    floor: Floor,
    now: datetime,
) -> Granted | None:
    """Use a refresh token up, or give nothing; commit in either case.

    Raises TokenError for more than was granted, having changed nothing.
    """
    found = proved_family(session, presented, client, floor=floor, now=now)
    if found is None:
        return None
    family, secret = found
    issue = _issue(session, family, request, settings_of(floor))
    generation = _next_generation(session, family, presented, settings_of(floor), now)
    if generation is None:
        _revoke_reused(session, family, now)
        return None
    return Granted(issue, refresh_token(secret, family.mandate.id, generation))


def proved_family(
    session: Session, presented: PresentedRefresh, client: Client, *, floor: Floor, now: datetime
) -> tuple[Family, bytes] | None:
    """Give the family that a token belongs to and its secret, if it is the client's and in force."""
    family = find_family(session, presented.grant_id, now=now)
    if family is None or family.mandate.client_id != client.id:
        return None
    try:
        secret = floor.envelope.open(family.sealed_secret, REFRESH_PURPOSE)
    except EnvelopeBroken:
        return None  # sealed under a secret of the server's that is no longer listed
    return (family, secret) if presented.is_of(secret) else None


def _next_generation(
    session: Session, family: Family, presented: PresentedRefresh, settings: ProviderSettings, now: datetime
) -> int | None:
    """Give the generation that follows the presented one, or nothing for one used too long ago."""
    verdict = _judge(family, presented, settings, now)
    if verdict is Verdict.ROTATE and not advance_family(session, family, settings=settings, now=now):
        again = find_family(session, family.mandate.id, now=now)  # somebody else was quicker
        verdict = _judge(again, presented, settings, now) if again else Verdict.REUSED
    return None if verdict is Verdict.REUSED else presented.generation + 1


def _judge(family: Family, presented: PresentedRefresh, settings: ProviderSettings, now: datetime) -> Verdict:
    grace = timedelta(seconds=settings.refresh_grace_seconds)
    return judge(presented.generation, family.generation, rotated_at=family.rotated_at, grace=grace, now=now)


def _issue(session: Session, family: Family, request: TokenRequest, settings: ProviderSettings) -> Issue:
    """Give the makings of new tokens: no more than granted, no nonce (OpenID Connect Core §12.2)."""
    mandate = family.mandate
    scope = mandate.scope if request.scope is None else request.scope
    if not set(scope) <= set(mandate.scope):
        raise invalid_scope()
    audience = audience_of(mandate.resources, request.resources, api_audience=settings.api_audience)
    if audience is None:
        raise invalid_target()
    told = claims_for_id_token(session, mandate)
    return Issue(client_id=mandate.client_id, scope=scope, audience=audience, mandate=mandate, told=told)


def _revoke_reused(session: Session, family: Family, now: datetime) -> None:
    mandate = family.mandate
    revoke_grant(session, mandate.id, now=now)
    by = Actor("client", mandate.client_id)
    record(session, Event("grant.refresh_reused", mandate.account_id, mandate.client_id, by=by), now=now)
    log.warning("refresh_reused", grant=str(mandate.id), client=mandate.client_id)
