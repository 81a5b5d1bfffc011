"""Pushed authorization requests (RFC 9126): kept, found again, used up.

A client may present its `request_uri` several times as long as nobody has answered: a person reloads
the page before signing in. The first answer, with a code or with an error, uses it up (§7.3).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from idp.kernel.crypto.digests import digest
from idp.kernel.ground.ids import new_secret
from idp.kernel.storage.batches import delete_batch
from idp.kernel.storage.database import claim

from .models import PushedRequest

PREFIX = "urn:ietf:params:oauth:request_uri:"
_pushed = cast(sa.Table, PushedRequest.__table__)


@dataclass(frozen=True, slots=True)
class Pushed:
    """A request that was pushed: its key, and what was sent."""

    key: str
    sent: Mapping[str, Sequence[str]]


def keep_request(
    session: Session,
    client_id: str,
    sent: Mapping[str, Sequence[str]],
    *,
    life: timedelta,
    now: datetime,
) -> str:
    """Keep a checked request and give its `request_uri` (§2.2)."""
    uri = PREFIX + new_secret()
    row = {
        "uri_digest": digest(uri),
        "client_id": client_id,
        "sent": {name: list(values) for name, values in sent.items()},
        "created_at": now,
        "expires_at": now + life,
    }
    session.execute(sa.insert(_pushed).values(**row))
    return uri


def find_pushed(session: Session, uri: str, *, client_id: str, now: datetime) -> Pushed | None:
    """Give a client's own request that is neither over nor answered."""
    wanted = sa.select(_pushed.c.uri_digest, _pushed.c.sent).where(
        _pushed.c.uri_digest == digest(uri),
        _pushed.c.client_id == client_id,
        _pushed.c.expires_at > now,
        _pushed.c.used_at.is_(None),
    )
    row = session.execute(wanted).first()
    return Pushed(row.uri_digest, row.sent) if row else None


def use_up(session: Session, key: str, *, now: datetime) -> bool:
    """Use a request up; true for one of those who try."""
    unused = sa.update(_pushed).where(_pushed.c.uri_digest == key, _pushed.c.used_at.is_(None))
    return claim(session, unused.values(used_at=now))


def forget_old_requests(session: Session, *, now: datetime) -> int:
    """Drop requests that ended a day ago: visits of theirs are over too."""
    return delete_batch(session, _pushed, _pushed.c.expires_at < now - timedelta(days=1))
