"""Tables of the tokens: grants, single access tokens that were revoked, and the salt of pairwise subjects."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from idp.database import Model
from idp.kernel.ground.ids import new_id
from idp.kernel.storage.database import JsonList
from idp.kernel.storage.sealed import sealed_for


class Grant(Model):
    """What a person's site may do, and its family of refresh tokens; revoking the row kills every token.

    The family is one row however often it is rotated: a secret, sealed, and the number of the present
    generation. A grant that is not `is_offline` lives no longer than its session.
    """

    __tablename__ = "grant"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[UUID] = mapped_column(sa.ForeignKey("account.id"), index=True)
    client_id: Mapped[str] = mapped_column(sa.ForeignKey("client.id"))
    session_id: Mapped[UUID | None] = mapped_column(
        sa.ForeignKey("session.id", ondelete="SET NULL"), index=True
    )
    is_offline: Mapped[bool]
    scope: Mapped[JsonList]
    claims: Mapped[JsonList]
    id_token_claims: Mapped[JsonList]
    resources: Mapped[JsonList]
    auth_time: Mapped[datetime]
    acr: Mapped[str] = mapped_column(sa.String(20))
    amr: Mapped[JsonList]
    refresh_secret: Mapped[bytes | None] = mapped_column(sa.LargeBinary, info=sealed_for("refresh-family"))
    generation: Mapped[int]
    rotated_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    revoked_at: Mapped[datetime | None]


class RevokedToken(Model):
    """One access token that was revoked by itself (RFC 7009 §2.1), kept until it would have expired."""

    __tablename__ = "revoked_token"

    jti: Mapped[str] = mapped_column(sa.String(100), primary_key=True)
    expires_at: Mapped[datetime] = mapped_column(index=True)


class SubjectSalt(Model):
    """The secret that pairwise subjects are made with, sealed; one row, never changed."""

    __tablename__ = "subject_salt"

    name: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    sealed: Mapped[bytes] = mapped_column(sa.LargeBinary, info=sealed_for("subject-salt"))
    created_at: Mapped[datetime]
