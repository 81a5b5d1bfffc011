"""The table of authorization codes; a used code stays a day, so that its replay is recognised."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from idp.database import Model
from idp.kernel.storage.database import JsonList


class AuthorizationCode(Model):
    """One code; the grant it will become has its id from the beginning."""

    __tablename__ = "authorization_code"

    code_digest: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    grant_id: Mapped[UUID]
    client_id: Mapped[str] = mapped_column(sa.ForeignKey("client.id"))
    account_id: Mapped[UUID] = mapped_column(sa.ForeignKey("account.id"))
    session_id: Mapped[UUID] = mapped_column(sa.ForeignKey("session.id"))
    redirect_uri: Mapped[str] = mapped_column(sa.Text)
    scope: Mapped[JsonList]
    claims: Mapped[JsonList]
    id_token_claims: Mapped[JsonList]
    resources: Mapped[JsonList]
    nonce: Mapped[str | None] = mapped_column(sa.Text)
    code_challenge: Mapped[str | None] = mapped_column(sa.String(43))
    auth_time: Mapped[datetime]
    acr: Mapped[str] = mapped_column(sa.String(20))
    amr: Mapped[JsonList]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]
