"""Assertions of clients are good once: their `jti` is remembered until they would have expired anyway."""

from datetime import datetime
from typing import cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from idp.kernel.crypto.digests import digest
from idp.kernel.storage.batches import delete_batch
from idp.kernel.storage.database import insert_once

from .models import UsedAssertion

_used = cast(sa.Table, UsedAssertion.__table__)


def use_assertion(session: Session, client_id: str, jti: str, *, expires_at: datetime) -> bool:
    """Note that a client has used an assertion; false when it had before (RFC 7523 §3, item 7)."""
    row = {"jti_digest": digest(f"{client_id}\n{jti}"), "expires_at": expires_at}
    return insert_once(session, _used, row, conflict=["jti_digest"])


def forget_used_assertions(session: Session, *, before: datetime) -> int:
    """Drop what expired before a time."""
    return delete_batch(session, _used, _used.c.expires_at < before)
