"""Tables of the factors: the seed of a person's app, the printed codes, the devices that are not asked."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from idp.database import Model
from idp.kernel.ground.ids import new_id
from idp.kernel.storage.sealed import sealed_for


class Totp(Model):
    """An app with one-time codes (RFC 6238); `last_step` is the newest time step that was used."""

    __tablename__ = "totp"

    account_id: Mapped[UUID] = mapped_column(sa.ForeignKey("account.id"), primary_key=True)
    sealed_seed: Mapped[bytes] = mapped_column(sa.LargeBinary, info=sealed_for("totp-seed"))
    last_step: Mapped[int] = mapped_column(sa.BigInteger)
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]


class RecoveryCode(Model):
    """One printed code, kept as a digest."""

    __tablename__ = "recovery_code"

    account_id: Mapped[UUID] = mapped_column(sa.ForeignKey("account.id"), primary_key=True)
    code_digest: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class RememberedDevice(Model):
    """A browser in which one account is not asked for a factor; the secret is its cookie."""

    __tablename__ = "remembered_device"
    __table_args__ = (sa.UniqueConstraint("account_id", "secret_digest"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[UUID] = mapped_column(sa.ForeignKey("account.id"))
    secret_digest: Mapped[str] = mapped_column(sa.String(64), index=True)
    browser: Mapped[str] = mapped_column(sa.String(200))
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
