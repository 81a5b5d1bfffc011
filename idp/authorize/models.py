"""The table of pushed authorization requests; the address of one is kept as its digest."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from idp.database import Model
from idp.kernel.storage.database import JsonObject


class PushedRequest(Model):
    """One pushed request: its parameters as the client sent them, good for a short time and one answer."""

    __tablename__ = "pushed_request"

    uri_digest: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    client_id: Mapped[str] = mapped_column(sa.ForeignKey("client.id"))
    sent: Mapped[JsonObject]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]
