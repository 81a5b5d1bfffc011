"""Tables of the accounts: a person, and the one-time links and codes sent to a person.

A person is reached by e-mail, by telephone, or both. Several accounts may carry one address or number
while nobody has proved it: `login_key` and `phone_key` are what is unique, and each is set when its
address is confirmed (or by the operator). So an account made beforehand with a victim's address gains
nothing (spec C6.20), and registering tells nobody whether an address is known.
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
    email: Mapped[str | None] = mapped_column(sa.String(320))
    email_key: Mapped[str | None] = mapped_column(sa.String(320), index=True)
    login_key: Mapped[str | None] = mapped_column(sa.String(320), unique=True)
    email_verified_at: Mapped[datetime | None]
    level: Mapped[str | None] = mapped_column(sa.String(2))
    level_proved_at: Mapped[datetime | None]
    level_proved_how: Mapped[str] = mapped_column(sa.String(200), default="")
    phone: Mapped[str | None] = mapped_column(sa.String(20), index=True)
    phone_key: Mapped[str | None] = mapped_column(sa.String(20), unique=True)
    phone_verified_at: Mapped[datetime | None]
    password_hash: Mapped[str | None] = mapped_column(sa.String(200))
    name: Mapped[str] = mapped_column(sa.String(200), default="")
    given_name: Mapped[str] = mapped_column(sa.String(100), default="")
    family_name: Mapped[str] = mapped_column(sa.String(100), default="")
    locale: Mapped[str] = mapped_column(sa.String(20), default="ru")
    claims: Mapped[JsonObject] = mapped_column(default=dict)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]
    deletion_asked_at: Mapped[datetime | None]
    deletion_due_at: Mapped[datetime | None] = mapped_column(index=True)


class AccountLink(Model):
    """What is sent to an address for one purpose: a link, a code, or a letter with both; used up once.

    Both digests are set when it is sent. A row without an account is somebody's wish about an address
    that may belong to nobody. `browser_digest` binds a code to the browser that asked for it.
    """

    __tablename__ = "account_link"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("account.id"), index=True)
    purpose: Mapped[str] = mapped_column(sa.String(20))
    address: Mapped[str] = mapped_column(sa.String(320))
    address_key: Mapped[str] = mapped_column(sa.String(320))
    secret_digest: Mapped[str | None] = mapped_column(sa.String(64), unique=True)
    code_digest: Mapped[str | None] = mapped_column(sa.String(64))
    browser_digest: Mapped[str | None] = mapped_column(sa.String(64))
    tries: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]


class StaffMember(Model):
    """A person who looks after others: a role, given by the operator."""

    __tablename__ = "staff_member"

    account_id: Mapped[UUID] = mapped_column(sa.ForeignKey("account.id"), primary_key=True)
    role: Mapped[str] = mapped_column(sa.String(10))
    granted_at: Mapped[datetime]


class DestructionAct(Model):
    """That a person's data was destroyed, and when: kept without anything that names the person.

    The digest of the `sub` is its tombstone: no account is ever made with that `sub` again.
    """

    __tablename__ = "destruction_act"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    subject_digest: Mapped[str] = mapped_column(sa.String(64), unique=True)
    asked_at: Mapped[datetime]
    destroyed_at: Mapped[datetime]
