"""The table of sign-ins that wait for a second factor: nobody is signed in by one."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from idp.database import Model
from idp.kernel.ground.ids import new_id
from idp.kernel.storage.database import JsonList


class PendingSignIn(Model):
    """Somebody has passed the first step in one browser and one visit."""

    __tablename__ = "pending_sign_in"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[UUID] = mapped_column(sa.ForeignKey("account.id"), index=True)
    browser_digest: Mapped[str] = mapped_column(sa.String(64), index=True)
    visit_id: Mapped[UUID | None]
    amr: Mapped[JsonList]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    passed_at: Mapped[datetime | None]
