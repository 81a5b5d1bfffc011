"""Reads of identity: whose session a secret is, who has which role."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from idp.kernel.crypto.digests import digest
from widget_server.identity.models import EndedSession, StaffRole, WindowSession
from widget_server.identity.rules import (
    TOUCH_EVERY,
    Role,
    RoleRow,
    SignedIn,
    Staff,
    is_session_alive,
)


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A live session: who is signed in, and whether its use should be noted again."""

    person: SignedIn
    wants_touch: bool


def open_session_of(session: Session, secret: str, *, now: datetime) -> OpenSession | None:
    """Give the live session of a secret; none when it is unknown, idle too long or over."""
    row = session.scalar(sa.select(WindowSession).where(WindowSession.secret_digest == digest(secret)))
    if row is None or not is_session_alive(seen_at=row.seen_at, ends_at=row.ends_at, now=now):
        return None
    return OpenSession(
        SignedIn(row.sub, row.name, row.acr, row.sid), wants_touch=row.seen_at <= now - TOUCH_EVERY
    )


def has_ended(session: Session, sid: str) -> bool:
    """Say whether the provider has told us that a session of its own is over."""
    return session.scalar(sa.select(EndedSession.sid).where(EndedSession.sid == sid)) is not None


def staff_of(session: Session, person: SignedIn) -> Staff | None:
    """Give a person as a member of staff; none without a role."""
    row = session.get(StaffRole, person.sub)
    return Staff(person.sub, person.name, Role(row.role), row.authority) if row else None


def granted_roles(session: Session) -> list[RoleRow]:
    """Give all roles, newest first."""
    rows = session.scalars(sa.select(StaffRole).order_by(StaffRole.granted_at.desc(), StaffRole.sub))
    return [RoleRow(r.sub, Role(r.role), r.authority, r.granted_at, r.granted_by) for r in rows]
