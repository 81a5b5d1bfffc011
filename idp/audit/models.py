"""Tables of the log: its entries, and the one row that holds the chain's two ends.

The entries name no other table: they outlive the account, the client and the session they speak of.
"""

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from idp.database import Model
from idp.kernel.storage.append_only import append_only
from idp.kernel.storage.database import JsonObject


class AuditEntry(Model):
    """One entry; the numbers have no gaps."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        sa.Index("ix_audit_entry_account", "account_id", "number"),
        sa.Index("ix_audit_entry_client", "client_id", "number"),
        {"info": append_only(until="SELECT pruned_number FROM audit_head")},
    )

    number: Mapped[int] = mapped_column(sa.BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(index=True)
    action: Mapped[str] = mapped_column(sa.String(60))
    actor_kind: Mapped[str] = mapped_column(sa.String(20))
    actor_id: Mapped[str | None] = mapped_column(sa.String(100))
    account_id: Mapped[UUID | None]
    client_id: Mapped[str | None] = mapped_column(sa.String(100))
    details: Mapped[JsonObject]
    previous_hash: Mapped[str] = mapped_column(sa.String(64))
    hash: Mapped[str] = mapped_column(sa.String(64))


class AuditHead(Model):
    """The last entry, the last one that was pruned, the last one under seal, and the seal."""

    __tablename__ = "audit_head"

    name: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    number: Mapped[int] = mapped_column(sa.BigInteger)
    hash: Mapped[str] = mapped_column(sa.String(64))
    pruned_number: Mapped[int] = mapped_column(sa.BigInteger)
    pruned_hash: Mapped[str] = mapped_column(sa.String(64))
    sealed_number: Mapped[int] = mapped_column(sa.BigInteger)
    sealed_hash: Mapped[str] = mapped_column(sa.String(64))
    sealed_at: Mapped[datetime | None]
    seal: Mapped[str] = mapped_column(sa.String(64))
