"""Challenges: 256 bits, for one browser and one purpose, good once and for five minutes (spec C6.18)."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, cast
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from idp.kernel.crypto.digests import digest
from idp.kernel.ground.ids import new_secret
from idp.kernel.storage.batches import delete_batch
from idp.kernel.storage.database import claim

from .models import PasskeyChallenge

Purpose = Literal["register", "sign-in", "factor"]
LIFE = timedelta(minutes=5)
_challenge = cast(sa.Table, PasskeyChallenge.__table__)


@dataclass(frozen=True, slots=True)
class Asked:
    """For what a browser is given a challenge, and for whose account where that is known."""

    purpose: Purpose
    browser: str
    account_id: UUID | None = None


def new_challenge(session: Session, asked: Asked, *, now: datetime) -> str:
    """Make a challenge and give it, in base64url."""
    challenge = new_secret()
    session.execute(
        sa.insert(_challenge).values(
            challenge_digest=digest(challenge),
            browser_digest=digest(asked.browser),
            purpose=asked.purpose,
            account_id=asked.account_id,
            expires_at=now + LIFE,
        )
    )
    return challenge


def use_challenge(session: Session, challenge: str, asked: Asked, *, now: datetime) -> bool:
    """Use a challenge up; false when it is not this browser's, not for this, too old, or was used."""
    unused = sa.update(_challenge).where(
        _challenge.c.challenge_digest == digest(challenge),
        _challenge.c.browser_digest == digest(asked.browser),
        _challenge.c.purpose == asked.purpose,
        _challenge.c.account_id.is_not_distinct_from(asked.account_id),
        _challenge.c.expires_at > now,
        _challenge.c.used_at.is_(None),
    )
    return claim(session, unused.values(used_at=now))


def forget_old_challenges(session: Session, *, now: datetime) -> int:
    """Drop what has run out."""
    return delete_batch(session, _challenge, _challenge.c.expires_at <= now)
