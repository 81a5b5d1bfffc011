"""The table of signing keys; the private part is sealed in an envelope."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from idp.database import Model
from idp.kernel.storage.database import JsonObject
from idp.kernel.storage.sealed import sealed_for


class StoredKey(Model):
    """One signing key: private JWK sealed (empty when destroyed), public JWK as published."""

    __tablename__ = "signing_key"

    kid: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    algorithm: Mapped[str] = mapped_column(sa.String(10))
    sealed: Mapped[bytes] = mapped_column(sa.LargeBinary, info=sealed_for("signing-key"))
    public: Mapped[JsonObject]
    created_at: Mapped[datetime]
    signs_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
