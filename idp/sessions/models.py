"""Tables of the sessions: who is signed in where, and the visits on their way through sign-in."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from idp.database import Model
from idp.kernel.ground.ids import new_id
from idp.kernel.storage.database import JsonList, JsonObject


class SignedInSession(Model):
    """One browser in which a person is signed in; the id is the `sid` of tokens, the secret is the cookie."""

    __tablename__ = "session"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    secret_digest: Mapped[str] = mapped_column(sa.String(64), unique=True)
    account_id: Mapped[UUID] = mapped_column(sa.ForeignKey("account.id"), index=True)
    auth_time: Mapped[datetime]
    amr: Mapped[JsonList]
    strengthened_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    ended_at: Mapped[datetime | None]
    browser: Mapped[str] = mapped_column(sa.String(200))


class Visit(Model):
    """A parked authorization request and the proofs gathered for it so far."""

    __tablename__ = "visit"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    browser_digest: Mapped[str | None] = mapped_column(sa.String(64))
    request: Mapped[JsonObject]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    signed_in_at: Mapped[datetime | None]
    consented_at: Mapped[datetime | None]
    denied_at: Mapped[datetime | None]
    stayed_below_at: Mapped[datetime | None]
    chosen_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
