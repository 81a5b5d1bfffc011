"""The table of initial access tokens, by which registration is open to those whom the operator knows."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from idp.database import Model


class InitialToken(Model):
    """So many registrations until a time (RFC 7591 §1.2); kept as a digest."""

    __tablename__ = "initial_access_token"

    token_digest: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    label: Mapped[str] = mapped_column(sa.String(100))
    uses_left: Mapped[int]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
