"""The table of grants: what a person's site may do, as long as it is not revoked."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from idp.database import Model
from idp.kernel.ground.ids import new_id
from idp.kernel.storage.database import JsonList


class Grant(Model):
    """One redeemed code and all tokens that come of it; revoking the row kills them."""

    __tablename__ = "grant"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[UUID] = mapped_column(sa.ForeignKey("account.id"), index=True)
    client_id: Mapped[str] = mapped_column(sa.ForeignKey("client.id"))
    session_id: Mapped[UUID] = mapped_column(sa.ForeignKey("session.id"), index=True)
    scope: Mapped[JsonList]
    claims: Mapped[JsonList]
    created_at: Mapped[datetime] = mapped_column(index=True)
    revoked_at: Mapped[datetime | None]
