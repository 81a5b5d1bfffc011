"""Notices to sites that a session has ended (OpenID Connect Back-Channel Logout 1.0).

A notice is planned with the end of the session, once for each site, and lives until it is settled:
the site took it, said that it is wrong, or may not be called at all. Sites are told by the outbox,
each by a delivery of its own, so that one that fails keeps no other from its notice.

Where a person waits for the redirect the sites are told at once, all beside one another and for two
seconds at most (`tell_now`): a site that asks for signing out should not meet its own old session on
the way back. The outbox then finds the notice settled; what was not settled it sends again, later
than any call made at once can still be on its way, with the same `jti`.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Session

from idp.clients import Client, find_client, find_clients
from idp.kernel.crypto.jose import sign
from idp.kernel.ground import clock
from idp.kernel.ground.ids import new_id
from idp.kernel.outside.http import FetchFailed, FetchRefused, GuardedHttp
from idp.kernel.storage.batches import delete_batch
from idp.kernel.storage.database import insert_once
from idp.kernel.work.floor import Floor
from idp.keys import KeyRing
from idp.settings import settings_of
from idp.tokens import sites_of_session, subject_for

from .models import LogoutNotice
from .rules import LOGOUT_TYPE, logout_claims

log = structlog.get_logger("logout")
TELL = "logout.tell"
WAITED_SECONDS = 2.0
_AFTER_CALLS_MADE_AT_ONCE = timedelta(seconds=15)
_MOST_CALLS_AT_ONCE = 8
_KEPT = timedelta(days=30)
_notice = cast(sa.Table, LogoutNotice.__table__)


@dataclass(frozen=True, slots=True)
class Notice:
    """One site's notice of one ended session."""

    id: UUID
    session_id: UUID
    account_id: UUID
    client_id: str


@dataclass(frozen=True, slots=True)
class Call:
    """A notice ready to be sent: to which address, and the signed token."""

    notice: Notice
    url: str
    token: str


class SiteDoesNotAnswer(Exception):
    """The site could not be told now; the outbox tries again."""


def plan_notices(
    session: Session, session_id: UUID, account_id: UUID, *, floor: Floor, now: datetime, due_at: datetime
) -> list[Notice]:
    """Plan a notice for each site of a session that wants one; what is planned already is left alone."""
    planned = []
    for client in find_clients(session, sites_of_session(session, session_id)).values():
        notice = Notice(new_id(), session_id, account_id, client.id)
        if client.backchannel_logout_uri and _plan(session, notice, now):
            floor.outbox.emit(session, TELL, {"notice_id": str(notice.id)}, due_at=due_at)
            planned.append(notice)
    return planned


def plan_notices_told_now(
    session: Session, session_id: UUID, account_id: UUID, *, floor: Floor, now: datetime
) -> list[Notice]:
    """Plan notices that the caller hands to `tell_now` after its commit."""
    later = now + _AFTER_CALLS_MADE_AT_ONCE
    return plan_notices(session, session_id, account_id, floor=floor, now=now, due_at=later)


def tell_now(notices: Sequence[Notice], *, floor: Floor, ring: KeyRing) -> None:
    """Tell sites at once, beside one another, for WAITED_SECONDS at most. Never inside a unit of work."""
    calls = [call for notice in notices if (call := _call(notice, floor=floor, ring=ring))]
    if not calls:
        return
    pool = ThreadPoolExecutor(max_workers=_MOST_CALLS_AT_ONCE, thread_name_prefix="logout")
    tasks = {pool.submit(_is_settled_by, call, floor.http): call.notice for call in calls}
    done, _late = wait(tasks, timeout=WAITED_SECONDS)
    pool.shutdown(wait=False, cancel_futures=True)
    _settle([tasks[task] for task in done if task.result()], floor=floor)


def tell(notice_id: UUID, *, floor: Floor, ring: KeyRing) -> None:
    """Tell a site unless its notice is settled; raises SiteDoesNotAnswer."""
    with floor.db.reading() as session:
        row = session.execute(sa.select(_notice).where(_notice.c.id == notice_id)).first()
    if row is None or row.settled_at is not None:
        return
    notice = Notice(row.id, row.session_id, row.account_id, row.client_id)
    call = _call(notice, floor=floor, ring=ring)
    if call is not None and not _is_settled_by(call, floor.http):
        raise SiteDoesNotAnswer(notice.client_id)
    _settle([notice], floor=floor)


def forget_old_notices(session: Session, *, now: datetime) -> int:
    """Drop notices of long ago."""
    return delete_batch(session, _notice, _notice.c.created_at < now - _KEPT)


def _plan(session: Session, notice: Notice, now: datetime) -> bool:
    row = {
        "id": notice.id,
        "session_id": notice.session_id,
        "account_id": notice.account_id,
        "client_id": notice.client_id,
        "created_at": now,
    }
    return insert_once(session, _notice, row, conflict=["session_id", "client_id"])


def _call(notice: Notice, *, floor: Floor, ring: KeyRing) -> Call | None:
    """Sign a notice; nothing when the site has gone or wants none any more."""
    with floor.db.reading() as session:
        client = find_client(session, notice.client_id)
    if client is None or client.backchannel_logout_uri is None:
        return None
    return Call(notice, client.backchannel_logout_uri, _token(notice, client, floor, ring))


def _token(notice: Notice, client: Client, floor: Floor, ring: KeyRing) -> str:
    claims = logout_claims(
        issuer=settings_of(floor).issuer,
        client_id=client.id,
        sub=subject_for(client, notice.account_id),
        sid=str(notice.session_id),
        jti=str(notice.id),
        now=clock.now(),
    )
    algorithm = client.id_token_algorithm
    return sign(claims, ring.signing(algorithm), algorithm, typ=LOGOUT_TYPE)


def _is_settled_by(call: Call, http: GuardedHttp) -> bool:
    """Send a notice (§2.5) and say whether there is nothing left to do (§2.8); touches no database."""
    told: dict[str, Any] = {"client": call.notice.client_id, "notice": str(call.notice.id)}
    try:
        status = http.post_form(call.url, {"logout_token": call.token}).status
    except FetchRefused as refused:
        log.warning("logout_notice_not_sent", why=str(refused), **told)
        return True
    except FetchFailed as failed:
        log.warning("logout_notice_failed", why=str(failed), **told)
        return False
    log.info("logout_notice_sent", status=status, **told)
    return status in (200, 204, 400)  # 400: the site says that the notice is wrong, and it stays so


def _settle(notices: Sequence[Notice], *, floor: Floor) -> None:
    ids = [notice.id for notice in notices]
    with floor.db.writing() as session:
        open_ones = sa.update(_notice).where(_notice.c.id.in_(ids), _notice.c.settled_at.is_(None))
        session.execute(open_ones.values(settled_at=clock.now()))
