"""Authorization codes: made at the end of the authorize pipeline, redeemed once at the token endpoint.

A code lives 60 seconds, is kept as a digest, and is used up by one conditional UPDATE before anything
else is looked at, so of any number of parallel requests one wins (spec C2.2) and a wrong verifier
burns the code. A second presentation is refused and kills what the first one got (spec C2.1); both
must outlive the refusal, so `redeem` returns nothing instead of raising, and the caller commits.

Of Authlib this slice takes the PKCE transform and its patterns. Its AuthorizationCodeGrant is left
aside: it saves the new token and deletes the code in two callbacks with two commits (spec E8, F),
keeps no used code to recognise a replay by (E2), accepts `plain` by default (E4), and works on model
objects where this path is Core and one transaction.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa
import structlog
from authlib.oauth2.rfc7636.challenge import CODE_VERIFIER_PATTERN, create_s256_code_challenge
from sqlalchemy.orm import Session

from idp.accounts import find_person
from idp.audit import Actor, Event, record
from idp.clients import Client
from idp.kernel.crypto.digests import digest, matches
from idp.kernel.ground.ids import new_id, new_secret
from idp.kernel.storage.database import claim
from idp.sessions import AuthorizationRequest, LiveSession, is_session_live
from idp.tokens import Issue, open_grant, revoke_grant

from .models import AuthorizationCode
from .requests import TokenRequest

log = structlog.get_logger("grants")
CODE_LIFE = timedelta(seconds=60)
_code = cast(sa.Table, AuthorizationCode.__table__)


@dataclass(frozen=True, slots=True)
class Approval:
    """An authorization request that a signed-in person has answered with yes."""

    request: AuthorizationRequest
    session: LiveSession
    acr: str


def issue_code(session: Session, approval: Approval, *, now: datetime) -> str:
    """Make a code of 256 bits for an approved request and give it."""
    code, asked = new_secret(), approval.request
    session.execute(
        sa.insert(_code).values(
            code_digest=digest(code),
            grant_id=new_id(),
            client_id=asked.client_id,
            account_id=approval.session.account_id,
            session_id=approval.session.id,
            redirect_uri=asked.redirect_uri,
            scope=list(asked.scope),
            claims=list(asked.claims),
            nonce=asked.nonce,
            code_challenge=asked.code_challenge,
            auth_time=approval.session.auth_time,
            acr=approval.acr,
            amr=list(approval.session.amr),
            created_at=now,
            expires_at=now + CODE_LIFE,
        )
    )
    return code


def redeem(session: Session, request: TokenRequest, client: Client, *, now: datetime) -> Issue | None:
    """Use a code up and open its grant, or give nothing; commit in either case."""
    row = session.execute(sa.select(_code).where(_code.c.code_digest == digest(request.code))).first()
    if row is None or row.client_id != client.id:
        return None
    first = sa.update(_code).where(_code.c.code_digest == row.code_digest, _code.c.used_at.is_(None))
    if not claim(session, first.values(used_at=now)):
        revoke_grant(session, row.grant_id, now=now)
        replay = Event("grant.code_replayed", row.account_id, client.id, by=Actor("client", client.id))
        record(session, replay, now=now)
        log.warning("code_replayed", grant=str(row.grant_id), client=client.id)
        return None
    if now >= row.expires_at or row.redirect_uri != request.redirect_uri or not _is_proved(row, request):
        return None
    return _open(session, row, now)


def forget_old_codes(session: Session, *, before: datetime) -> None:
    """Drop codes that expired before a time."""
    session.execute(sa.delete(_code).where(_code.c.expires_at < before))


def _is_proved(row: sa.Row[Any], request: TokenRequest) -> bool:
    """Check the PKCE proof (RFC 7636 §4.6); a verifier without a challenge is a downgrade (RFC 9700 §4.8)."""
    verifier = request.code_verifier
    if row.code_challenge is None or verifier is None:
        return row.code_challenge is None and verifier is None
    if not CODE_VERIFIER_PATTERN.fullmatch(verifier):
        return False
    return matches(create_s256_code_challenge(verifier), row.code_challenge)


def _open(session: Session, row: sa.Row[Any], now: datetime) -> Issue | None:
    if not is_session_live(session, row.session_id, now=now) or not find_person(session, row.account_id):
        return None
    issue = Issue(
        grant_id=row.grant_id,
        client_id=row.client_id,
        sub=str(cast(UUID, row.account_id)),
        scope=tuple(row.scope),
        auth_time=row.auth_time,
        acr=row.acr,
        amr=tuple(row.amr),
        sid=row.session_id,
        nonce=row.nonce,
        claims=tuple(row.claims),
    )
    open_grant(session, issue, row.account_id, now=now)
    return issue
