"""Tables of identity: sign-ins under way, sessions of our own pages, roles by sub.

No row holds what could be used by who reads it: secrets are digests, the ID token is sealed.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from idp.kernel.ground.ids import new_id
from widget_server.database import Model


class SigninAttempt(Model):
    """An authorization request on its way, bound to the browser that began it; used once."""

    __tablename__ = "signin_attempt"

    state_digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    browser_digest: Mapped[str] = mapped_column(String(64))
    next_path: Mapped[str] = mapped_column(String(500))
    ends_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]


class WindowSession(Model):
    """A browser in which a person is signed in at our own pages."""

    __tablename__ = "window_session"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    secret_digest: Mapped[str] = mapped_column(String(64), unique=True)
    sub: Mapped[str] = mapped_column(String(255), index=True)
    sid: Mapped[str] = mapped_column(String(255), index=True)
    name: Mapped[str] = mapped_column(String(200))
    acr: Mapped[str] = mapped_column(String(80))
    id_token: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime] = mapped_column(index=True)
    ends_at: Mapped[datetime] = mapped_column(index=True)


class EndedSession(Model):
    """A session that ended at the provider; kept as long as an access token of it may be about."""

    __tablename__ = "ended_session"

    sid: Mapped[str] = mapped_column(String(255), primary_key=True)
    ends_at: Mapped[datetime] = mapped_column(index=True)


class StaffRole(Model):
    """The one role of a member of staff; granting another replaces it."""

    __tablename__ = "staff_role"

    sub: Mapped[str] = mapped_column(String(255), primary_key=True)
    role: Mapped[str] = mapped_column(String(20))
    authority: Mapped[str | None] = mapped_column(String(80))
    granted_at: Mapped[datetime]
    granted_by: Mapped[str] = mapped_column(String(120))
