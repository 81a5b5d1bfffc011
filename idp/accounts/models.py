"""Tables of the accounts: a person, and the one-time links sent to a person by mail.

Several accounts may carry one address while nobody has proved it: `login_key` is what is unique, and
it is set when the address is confirmed (or by the operator). So an account made beforehand with a
victim's address gains nothing (spec C6.20), and registering tells nobody whether an address is known.
"""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from idp.database import Model
from idp.kernel.ground.ids import new_id
from idp.kernel.storage.database import JsonObject


class Account(Model):
    """A person who can sign in; the id is the `sub` that sites see."""

    __tablename__ = "account"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    email: Mapped[str] = mapped_column(sa.String(320))
    email_key: Mapped[str] = mapped_column(sa.String(320), index=True)
    login_key: Mapped[str | None] = mapped_column(sa.String(320), unique=True)
    email_verified_at: Mapped[datetime | None]
    level: Mapped[str | None] = mapped_column(sa.String(2))
    level_proved_at: Mapped[datetime | None]
    level_proved_how: Mapped[str] = mapped_column(sa.String(200), default="")
    password_hash: Mapped[str | None] = mapped_column(sa.String(200))
    name: Mapped[str] = mapped_column(sa.String(200), default="")
    given_name: Mapped[str] = mapped_column(sa.String(100), default="")
    family_name: Mapped[str] = mapped_column(sa.String(100), default="")
    locale: Mapped[str] = mapped_column(sa.String(20), default="ru")
    claims: Mapped[JsonObject] = mapped_column(default=dict)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]


class AccountLink(Model):
    """A one-time link for one purpose; only the digest of its secret is kept."""

    __tablename__ = "account_link"

    secret_digest: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    account_id: Mapped[UUID] = mapped_column(sa.ForeignKey("account.id"), index=True)
    purpose: Mapped[str] = mapped_column(sa.String(20))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]
