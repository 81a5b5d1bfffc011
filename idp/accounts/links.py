"""One-time links by mail: 256 bits, only the digest kept, one purpose, dead after a newer one.

The secret is derived from the delivery that sends it, so that a repeated delivery sends the same
link and the outbox holds nothing that opens an account.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, cast
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from idp.kernel.crypto.digests import digest, keyed_digest
from idp.kernel.ground.faults import Gone
from idp.kernel.storage.database import claim, insert_once

from .models import AccountLink

Purpose = Literal["verify", "reset"]
LIFE: dict[Purpose, timedelta] = {"verify": timedelta(hours=24), "reset": timedelta(minutes=30)}
_link = cast(sa.Table, AccountLink.__table__)


class LinkOver(Gone):
    """The link was used, replaced by a newer one, or its time is over."""

    code = "link-over"
    detail = "It works once and not for long. Ask for a new letter."


@dataclass(frozen=True, slots=True)
class LinkOrder:
    """A link to be made: for whom, for what, from which delivery."""

    account_id: UUID
    purpose: Purpose
    delivery_id: UUID


def make_link(session: Session, order: LinkOrder, *, secret_key: str, now: datetime) -> str:
    """Make a link's secret and end older links of its purpose; the same delivery gives the same secret."""
    secret = keyed_digest(secret_key, "link", order.purpose, str(order.delivery_id))
    row = {
        "secret_digest": digest(secret),
        "account_id": order.account_id,
        "purpose": order.purpose,
        "created_at": now,
        "expires_at": now + LIFE[order.purpose],
    }
    if insert_once(session, _link, row, conflict=["secret_digest"]):
        end_links(session, order.account_id, order.purpose, now=now, but=digest(secret))
    return secret


def read_link(session: Session, secret: str, purpose: Purpose, *, now: datetime) -> UUID:
    """Give the account a link belongs to, without using it; raises LinkOver."""
    wanted = sa.select(_link.c.account_id).where(*_usable(secret, purpose, now))
    account_id = session.execute(wanted).scalar()
    if account_id is None:
        raise LinkOver
    return cast(UUID, account_id)


def use_link(session: Session, secret: str, purpose: Purpose, *, now: datetime) -> UUID:
    """Use a link up and give its account; raises LinkOver."""
    account_id = read_link(session, secret, purpose, now=now)
    if not claim(session, sa.update(_link).where(*_usable(secret, purpose, now)).values(used_at=now)):
        raise LinkOver
    return account_id


def end_links(
    session: Session, account_id: UUID, purpose: Purpose, *, now: datetime, but: str | None = None
) -> None:
    """Make the open links of an account for a purpose worthless."""
    open_ones = sa.update(_link).where(
        _link.c.account_id == account_id, _link.c.purpose == purpose, _link.c.used_at.is_(None)
    )
    session.execute(open_ones.where(_link.c.secret_digest != (but or "")).values(used_at=now))


def forget_old_links(session: Session, *, before: datetime) -> None:
    """Drop links that ended before a time."""
    session.execute(sa.delete(_link).where(_link.c.expires_at < before))


def _usable(secret: str, purpose: Purpose, now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        _link.c.secret_digest == digest(secret),
        _link.c.purpose == purpose,
        _link.c.used_at.is_(None),
        _link.c.expires_at > now,
    )
