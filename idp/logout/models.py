"""The table of notices: which site is told of the end of which session, and whether it was."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from idp.database import Model
from idp.kernel.ground.ids import new_id


class LogoutNotice(Model):
    """One site's notice of one ended session; its id is the `jti` of the token, however often it is sent."""

    __tablename__ = "logout_notice"
    __table_args__ = (sa.UniqueConstraint("session_id", "client_id"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    session_id: Mapped[UUID]
    account_id: Mapped[UUID]
    client_id: Mapped[str] = mapped_column(sa.String(100))
    created_at: Mapped[datetime] = mapped_column(index=True)
    settled_at: Mapped[datetime | None]
