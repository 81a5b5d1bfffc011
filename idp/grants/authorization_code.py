"""Authorization codes (RFC 6749 §4.1.3): made at the end of the authorize pipeline, redeemed once.

A code lives 60 seconds, is kept as a digest, and is used up by one conditional UPDATE before anything
else is looked at, so of any number of parallel requests one wins (spec C2.2) and a wrong verifier
burns the code. A second presentation is refused and kills what the first one got (spec C2.1); both
must outlive the refusal, so `redeem` returns nothing instead of raising, and the caller commits.

Of Authlib this slice takes the PKCE transform and its patterns. Its AuthorizationCodeGrant is left
aside: it saves the new token and deletes the code in two callbacks with two commits (spec E8, F),
keeps no used code to recognise a replay by (E2), accepts `plain` by default (E4), and works on model
objects where this path is Core and one transaction.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

import sqlalchemy as sa
import structlog
from authlib.oauth2.rfc7636.challenge import CODE_VERIFIER_PATTERN, create_s256_code_challenge
from sqlalchemy.orm import Session

from idp.accounts import is_active_account
from idp.audit import Actor, Event, record
from idp.clients import Client
from idp.kernel.crypto.digests import digest, matches
from idp.kernel.ground.ids import new_id, new_secret
from idp.kernel.storage.batches import delete_batch
from idp.kernel.storage.prepared import Prepared, prepare_insert
from idp.kernel.work.floor import Floor
from idp.sessions import AuthorizationRequest, LiveSession, is_open_session
from idp.settings import settings_of
from idp.tokens import (
    REFRESH_PURPOSE,
    SECRET_BYTES,
    Issue,
    Mandate,
    audience_of,
    claims_for_id_token,
    open_grant,
    refresh_token,
    revoke_grant,
)

from .errors import invalid_target
from .models import AuthorizationCode
from .requests import TokenRequest
from .rules import Granted, gets_refresh_token

log = structlog.get_logger("grants")
CODE_LIFE = timedelta(seconds=60)
_code = cast(sa.Table, AuthorizationCode.__table__)
_ISSUE = prepare_insert(_code, *(column.name for column in _code.columns if column.name != "used_at"))
_NOW = sa.bindparam("now", type_=_code.c.expires_at.type)
_PRESENTED = Prepared(
    sa.select(
        _code,
        (is_open_session(_code.c.session_id, _NOW) & is_active_account(_code.c.account_id)).label("is_alive"),
    ).where(_code.c.code_digest == sa.bindparam("digest"))
)
_USE = Prepared(
    sa.update(_code)
    .where(_code.c.code_digest == sa.bindparam("digest"), _code.c.used_at.is_(None))
    .values(used_at=_NOW)
)


@dataclass(frozen=True, slots=True)
class Approval:
    """An authorization request that a signed-in person has answered with yes."""

    request: AuthorizationRequest
    session: LiveSession
    acr: str


def issue_code(session: Session, approval: Approval, *, now: datetime) -> str:
    """Make a code of 256 bits for an approved request and give it."""
    code, asked = new_secret(), approval.request
    _ISSUE.change(
        session,
        code_digest=digest(code),
        grant_id=new_id(),
        client_id=asked.client_id,
        account_id=approval.session.account_id,
        session_id=approval.session.id,
        redirect_uri=asked.redirect_uri,
        scope=list(asked.scope),
        claims=list(asked.claims),
        id_token_claims=list(asked.id_token_claims),
        resources=list(asked.resources),
        nonce=asked.nonce,
        code_challenge=asked.code_challenge,
        auth_time=approval.session.auth_time,
        acr=approval.acr,
        amr=list(approval.session.amr),
        created_at=now,
        expires_at=now + CODE_LIFE,
    )
    return code


def exchange(request: TokenRequest, client: Client, floor: Floor, *, now: datetime) -> Granted | None:
    """Exchange a code for what its person has agreed to; nothing for a code that is not good."""
    with floor.db.writing() as session:
        return redeem(session, request, client, floor=floor, now=now)


def redeem(
    session: Session, request: TokenRequest, client: Client, *, floor: Floor, now: datetime
) -> Granted | None:
    """Use a code up and open its grant, or give nothing; commit in either case.

    Raises TokenError for a resource that was not granted, having changed nothing.
    """
    code_digest = digest(request.code)
    row = _PRESENTED.first(session, digest=code_digest, now=now)
    if row is None or row.client_id != client.id:
        return None
    audience = audience_of(row.resources, request.resources, api_audience=settings_of(floor).api_audience)
    if audience is None:
        raise invalid_target()
    if not _USE.change(session, digest=code_digest, now=now):
        _revoke_replayed(session, row, now)
        return None
    is_good = now < row.expires_at and row.redirect_uri == request.redirect_uri and row.is_alive
    if not is_good or not _is_proved(row, request):
        return None
    return _open(session, row, audience, client, floor, now)


def forget_old_codes(session: Session, *, before: datetime) -> int:
    """Drop codes that expired before a time."""
    return delete_batch(session, _code, _code.c.expires_at < before)


def _is_proved(row: Any, request: TokenRequest) -> bool:
    """Check the PKCE proof (RFC 7636 §4.6); a verifier without a challenge is a downgrade (RFC 9700 §4.8)."""
    verifier = request.code_verifier
    if row.code_challenge is None or verifier is None:
        return row.code_challenge is None and verifier is None
    if not CODE_VERIFIER_PATTERN.fullmatch(verifier):
        return False
    return matches(create_s256_code_challenge(verifier), row.code_challenge)


def _revoke_replayed(session: Session, row: Any, now: datetime) -> None:
    """Kill what the first presentation got, refresh tokens too (RFC 6749 §4.1.2)."""
    revoke_grant(session, row.grant_id, now=now)
    by = Actor("client", row.client_id)
    record(session, Event("grant.code_replayed", row.account_id, row.client_id, by=by), now=now)
    log.warning("code_replayed", grant=str(row.grant_id), client=row.client_id)


def _open(
    session: Session, row: Any, audience: tuple[str, ...], client: Client, floor: Floor, now: datetime
) -> Granted:
    mandate = _mandate(row)
    secret = secrets.token_bytes(SECRET_BYTES) if gets_refresh_token(client, mandate.scope) else None
    sealed = floor.envelope.seal(secret, REFRESH_PURPOSE) if secret else None
    open_grant(session, mandate, refresh_secret=sealed, settings=settings_of(floor), now=now)
    issue = Issue(
        client_id=row.client_id,
        scope=mandate.scope,
        audience=audience,
        mandate=mandate,
        nonce=row.nonce,
        told=claims_for_id_token(session, mandate),
    )
    return Granted(issue, refresh_token(secret, mandate.id, 0) if secret else None)


def _mandate(row: Any) -> Mandate:
    return Mandate(
        id=row.grant_id,
        account_id=row.account_id,
        client_id=row.client_id,
        session_id=row.session_id,
        is_offline="offline_access" in row.scope,
        scope=tuple(row.scope),
        claims=tuple(row.claims),
        id_token_claims=tuple(row.id_token_claims),
        resources=tuple(row.resources),
        auth_time=row.auth_time,
        acr=row.acr,
        amr=tuple(row.amr),
    )
