"""Reads of the sessions."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from idp.kernel.crypto.digests import digest
from idp.kernel.storage.prepared import Prepared

from .models import SignedInSession

_session = cast(sa.Table, SignedInSession.__table__)


def _live(now: sa.ColumnElement[datetime]) -> sa.Select[Any]:
    return sa.select(_session).where(_session.c.ended_at.is_(None), _session.c.expires_at > now)


_LIVE = _live(sa.bindparam("now"))
_FIND = Prepared(
    _LIVE.where(
        _session.c.secret_digest == sa.bindparam("secret_digest"),
        _session.c.last_seen_at > sa.bindparam("seen_after"),
    )
)
_IS_LIVE = Prepared(_LIVE.with_only_columns(_session.c.id).where(_session.c.id == sa.bindparam("session_id")))


@dataclass(frozen=True, slots=True)
class LiveSession:
    """A session that is neither ended nor over; `auth_time` is when the person really signed in.

    `amr` says how (see `methods`), `strengthened_at` since when by proofs of more than one kind.
    """

    id: UUID
    account_id: UUID
    auth_time: datetime
    created_at: datetime
    last_seen_at: datetime
    browser: str
    amr: tuple[str, ...]
    strengthened_at: datetime | None

    @property
    def is_strong(self) -> bool:
        """Say whether proofs of more than one kind stand behind it."""
        return self.strengthened_at is not None


def find_session(session: Session, secret: str, *, idle: timedelta, now: datetime) -> LiveSession | None:
    """Give the live session of a cookie, or nothing."""
    row = _FIND.first(session, secret_digest=digest(secret), seen_after=now - idle, now=now)
    return _view(row) if row else None


def is_session_live(session: Session, session_id: UUID, *, now: datetime) -> bool:
    """Say whether a session has neither ended nor run out."""
    return _IS_LIVE.first(session, session_id=session_id, now=now) is not None


def is_open_session(
    session_id: sa.ColumnElement[UUID | None], now: sa.ColumnElement[datetime]
) -> sa.ColumnElement[bool]:
    """Give the condition, for a statement of a neighbour's, that a session has neither ended nor run out."""
    t = _session.c
    return sa.exists().where(t.id == session_id, t.ended_at.is_(None), t.expires_at > now)


def sessions_of(session: Session, account_id: UUID, *, now: datetime) -> list[LiveSession]:
    """Give a person's live sessions, the one used last first."""
    rows = session.execute(
        _live(sa.literal(now, _session.c.expires_at.type))
        .where(_session.c.account_id == account_id)
        .order_by(_session.c.last_seen_at.desc())
    )
    return [_view(row) for row in rows]


def account_of_session(session: Session, session_id: UUID) -> UUID | None:
    """Give whose session an id is, ended or not."""
    wanted = sa.select(_session.c.account_id).where(_session.c.id == session_id)
    return cast("UUID | None", session.execute(wanted).scalar())


def _view(row: Any) -> LiveSession:
    return LiveSession(
        id=row.id,
        account_id=row.account_id,
        auth_time=row.auth_time,
        created_at=row.created_at,
        last_seen_at=row.last_seen_at,
        browser=row.browser,
        amr=tuple(row.amr),
        strengthened_at=row.strengthened_at,
    )
