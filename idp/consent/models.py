"""The table of OAuth consents: what a person lets a site know, remembered until withdrawn."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from idp.database import Model
from idp.kernel.storage.database import JsonList


class Consent(Model):
    """One person's consent to one client."""

    __tablename__ = "consent"

    account_id: Mapped[UUID] = mapped_column(sa.ForeignKey("account.id"), primary_key=True)
    client_id: Mapped[str] = mapped_column(sa.ForeignKey("client.id"), primary_key=True)
    scope: Mapped[JsonList]
    given_at: Mapped[datetime]
