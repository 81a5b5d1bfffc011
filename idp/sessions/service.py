"""What changes sessions: a person signs in, is seen, signs out here or everywhere.

A session's secret exists in the cookie alone; the database keeps its digest (spec C3.5). Signing in
always makes a new secret, so a planted cookie is never adopted (spec C6.1). Wherever a session really
ends, the news `sessions.ended` leaves with the same commit, once: sites are told (see `logout`).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from idp.accounts import call_deletion_off
from idp.audit import Actor, Event, record
from idp.database import tables
from idp.kernel.crypto.digests import digest
from idp.kernel.ground.ids import new_id, new_secret
from idp.kernel.ground.text import clean_line
from idp.kernel.storage.batches import delete_batch
from idp.kernel.storage.database import claim
from idp.kernel.storage.prepared import Prepared

from .methods import PASSWORD, is_strong, joined
from .models import SignedInSession
from .queries import LiveSession

ENDED = "sessions.ended"
SEEN_AGAIN_AFTER = timedelta(minutes=10)
_LONGEST_BROWSER = 200
_session = cast(sa.Table, SignedInSession.__table__)
_SEE = Prepared(
    sa.update(_session)
    .where(
        _session.c.id == sa.bindparam("session_id"), _session.c.last_seen_at < sa.bindparam("stale_before")
    )
    .values(last_seen_at=sa.bindparam("now"))
)


@dataclass(frozen=True, slots=True)
class NewSession:
    """A session just made; the secret goes into the cookie and nowhere else."""

    id: UUID
    secret: str


def start_session(
    session: Session,
    account_id: UUID,
    *,
    browser: str,
    life: timedelta,
    now: datetime,
    amr: Sequence[str] = (PASSWORD,),
) -> NewSession:
    """Sign a person in, who has proved to be themselves by the methods in `amr`."""
    made = NewSession(new_id(), new_secret())
    session.execute(
        sa.insert(_session).values(
            id=made.id,
            secret_digest=digest(made.secret),
            account_id=account_id,
            auth_time=now,
            amr=list(amr),
            strengthened_at=now if is_strong(amr) else None,
            created_at=now,
            last_seen_at=now,
            expires_at=now + life,
            browser=clean_line(browser)[:_LONGEST_BROWSER],
        )
    )
    call_deletion_off(session, account_id, now=now)
    record(session, Event("session.started", account_id, details={"session": str(made.id)}), now=now)
    return made


def strengthen_session(
    session: Session, live: LiveSession, amr: Iterable[str], *, now: datetime
) -> NewSession | None:
    """Add proofs to a session and give it a new secret (spec C6.1); nothing when it has ended meanwhile.

    The id stays, because sites know it as `sid` and go on; the old cookie is dead. So does `auth_time`:
    a client that asks for a recent sign-in means all of it.
    """
    made, methods = NewSession(live.id, new_secret()), joined(live.amr, amr)
    values: dict[str, Any] = {"secret_digest": digest(made.secret), "amr": list(methods)}
    if is_strong(methods):
        values["strengthened_at"] = now
    return made if _renew(session, live, values) else None


def confirm_session(session: Session, live: LiveSession, *, now: datetime) -> NewSession | None:
    """Note that the person has just proved to be themselves once more; the secret changes."""
    made = NewSession(live.id, new_secret())
    return made if _renew(session, live, {"secret_digest": digest(made.secret), "auth_time": now}) else None


def see_session(session: Session, session_id: UUID, *, now: datetime) -> None:
    """Note that a session is in use; writes at most every ten minutes."""
    _SEE.change(session, session_id=session_id, now=now, stale_before=now - SEEN_AGAIN_AFTER)


def renew_session(
    session: Session,
    live: LiveSession,
    amr: Sequence[str],
    *,
    life: timedelta,
    now: datetime,
) -> NewSession | None:
    """Sign the same person in again: secret, methods and `auth_time` are new, the id stays.

    Sites know the session by its id. A new one would end the old one, and a site that has just asked
    for the sign-in would be told to sign the person out.
    """
    made = NewSession(live.id, new_secret())
    values: dict[str, Any] = {
        "secret_digest": digest(made.secret),
        "auth_time": now,
        "amr": list(amr),
        "strengthened_at": now if is_strong(amr) else None,
        "last_seen_at": now,
        "expires_at": now + life,
    }
    if not _renew(session, live, values):
        return None
    record(session, Event("session.started", live.account_id, details={"session": str(live.id)}), now=now)
    return made


def end_session(session: Session, session_id: UUID, *, now: datetime, client_id: str | None = None) -> None:
    """Sign out one session, perhaps at a site's wish; its cookie is dead from now on (spec C6.2)."""
    _end(session, _session.c.id == session_id, now=now, client_id=client_id)


def end_session_by_secret(session: Session, secret: str, *, now: datetime) -> None:
    """Sign out the session of a cookie, whatever its state."""
    _end(session, _session.c.secret_digest == digest(secret), now=now)


def forget_old_sessions(session: Session, *, before: datetime) -> int:
    """Drop sessions that ran out before a time; no grant or code of theirs is kept that long."""
    return delete_batch(session, _session, _session.c.expires_at < before)


def end_sessions_of(
    session: Session, account_id: UUID, *, now: datetime, but: UUID | None = None, by: Actor | None = None
) -> None:
    """Sign a person out everywhere, or everywhere else; it is their own act unless said `by` whom."""
    others = [_session.c.id != but] if but is not None else []
    _end(session, _session.c.account_id == account_id, *others, now=now, by=by)


def _end(
    session: Session,
    *which: sa.ColumnElement[bool],
    now: datetime,
    client_id: str | None = None,
    by: Actor | None = None,
) -> None:
    """End those that are open, note it and leave the news of each."""
    open_ones = sa.update(_session).where(*which, _session.c.ended_at.is_(None)).values(ended_at=now)
    for row in session.execute(open_ones.returning(_session.c.id, _session.c.account_id)).all():
        actor = Actor("client", client_id) if client_id else by
        ended = Event("session.ended", row.account_id, client_id, actor, {"session": str(row.id)})
        record(session, ended, now=now)
        tables.outbox.emit(session, ENDED, {"session_id": str(row.id), "account_id": str(row.account_id)})


def _renew(session: Session, live: LiveSession, values: Mapping[str, Any]) -> bool:
    open_one = sa.update(_session).where(_session.c.id == live.id, _session.c.ended_at.is_(None))
    return claim(session, open_one.values(**values))
