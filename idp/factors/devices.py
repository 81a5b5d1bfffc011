"""Remembered devices: after a factor was passed, a browser may stay unasked for 30 days.

A device is a pair of account and browser: the cookie of one account opens nothing for another (spec
C6.18). Such a sign-in is by password alone and counts as no more: a site that asks for a high level
gets the factor asked.
"""

from datetime import datetime, timedelta
from typing import cast
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from idp.kernel.crypto.digests import digest
from idp.kernel.ground.ids import new_id, new_secret
from idp.kernel.ground.text import clean_line
from idp.kernel.storage.batches import delete_batch
from idp.kernel.storage.database import claim

from .models import RememberedDevice

LIFE = timedelta(days=30)
_LONGEST_BROWSER = 200
_device = cast(sa.Table, RememberedDevice.__table__)


def remember_device(
    session: Session, account_id: UUID, *, known_secret: str | None, browser: str, now: datetime
) -> str:
    """Remember a browser for an account and give its new secret.

    The secret it had for other accounts is replaced, so that a planted one is never adopted.
    """
    secret, known = new_secret(), digest(known_secret or "")
    session.execute(
        sa.delete(_device).where(_device.c.account_id == account_id, _device.c.secret_digest == known)
    )
    session.execute(
        sa.update(_device).where(_device.c.secret_digest == known).values(secret_digest=digest(secret))
    )
    session.execute(
        sa.insert(_device).values(
            id=new_id(),
            account_id=account_id,
            secret_digest=digest(secret),
            browser=clean_line(browser)[:_LONGEST_BROWSER],
            created_at=now,
            last_used_at=now,
            expires_at=now + LIFE,
        )
    )
    return secret


def use_device(session: Session, account_id: UUID, secret: str | None, *, now: datetime) -> bool:
    """Say whether this browser is remembered for this account, and note that it was used."""
    if not secret:
        return False
    known = sa.update(_device).where(
        _device.c.account_id == account_id,
        _device.c.secret_digest == digest(secret),
        _device.c.expires_at > now,
    )
    return claim(session, known.values(last_used_at=now))


def forget_device(session: Session, account_id: UUID, device_id: UUID) -> None:
    """Ask again in one of the person's own browsers."""
    own = sa.delete(_device).where(_device.c.account_id == account_id, _device.c.id == device_id)
    session.execute(own)


def forget_devices(session: Session, account_id: UUID) -> None:
    """Ask again everywhere."""
    session.execute(sa.delete(_device).where(_device.c.account_id == account_id))


def forget_old_devices(session: Session, *, now: datetime) -> int:
    """Drop what has run out."""
    return delete_batch(session, _device, _device.c.expires_at <= now)
