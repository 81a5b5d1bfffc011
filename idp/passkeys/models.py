"""Tables of the passkeys: what a person has registered, and the challenges on their way."""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from idp.database import Model
from idp.kernel.ground.ids import new_id
from idp.kernel.storage.database import JsonList


class Passkey(Model):
    """One credential of a person (Web Authentication Level 3 §4): its public key, never a secret.

    `sign_count` is the newest one seen; many authenticators leave it at zero.
    """

    __tablename__ = "passkey"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    account_id: Mapped[UUID] = mapped_column(sa.ForeignKey("account.id"), index=True)
    credential_id: Mapped[str] = mapped_column(sa.String(1400), unique=True)
    public_key: Mapped[bytes] = mapped_column(sa.LargeBinary)
    sign_count: Mapped[int] = mapped_column(sa.BigInteger)
    is_shared: Mapped[bool]
    transports: Mapped[JsonList]
    name: Mapped[str] = mapped_column(sa.String(60))
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]


class PasskeyChallenge(Model):
    """A challenge that one browser may answer once, for one purpose; kept as digests."""

    __tablename__ = "passkey_challenge"

    challenge_digest: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    browser_digest: Mapped[str] = mapped_column(sa.String(64))
    purpose: Mapped[str] = mapped_column(sa.String(10))
    account_id: Mapped[UUID | None]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    used_at: Mapped[datetime | None]
