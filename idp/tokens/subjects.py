"""Subjects as sites see them: the account's number, or one of their sector's own (OpenID Connect Core §8).

A pairwise subject is the HMAC of sector and account under a salt of 256 bits. The salt has a row of
its own, sealed, and is made once: were subjects made with the server's secret, each rotation of that
secret would give every person of every such site a new identity (spec C3.12).
"""

import secrets
import threading
from typing import cast
from uuid import UUID

import sqlalchemy as sa

from idp.clients import Client
from idp.kernel.crypto.digests import keyed_digest
from idp.kernel.crypto.envelope import Envelope
from idp.kernel.ground import clock
from idp.kernel.storage.database import Database, insert_once

from .models import SubjectSalt

PURPOSE = "subject-salt"
_NAME = "pairwise"
_salt = cast(sa.Table, SubjectSalt.__table__)


class Subjects:
    """The salt as one process knows it; safe to share between threads."""

    def __init__(self, db: Database, envelope: Envelope) -> None:
        self._db, self._envelope = db, envelope
        self._lock = threading.Lock()
        self._known: str | None = None

    def subject_for(self, client: Client, account_id: UUID) -> str:
        """Give the subject by which a client knows a person. Never called inside a unit of work."""
        if client.subject_type == "public":
            return str(account_id)
        return pairwise_subject(self._salt(), client.sector or client.id, account_id)

    def _salt(self) -> str:
        """Give the salt; the first call ever makes it."""
        with self._lock:
            if self._known is None:
                self._known = (self._read() or self._make()).hex()
            return self._known

    def _read(self) -> bytes | None:
        with self._db.reading() as session:
            sealed = session.execute(sa.select(_salt.c.sealed).where(_salt.c.name == _NAME)).scalar()
        return self._envelope.open(sealed, PURPOSE) if sealed else None

    def _make(self) -> bytes:
        row = {
            "name": _NAME,
            "sealed": self._envelope.seal(secrets.token_bytes(32), PURPOSE),
            "created_at": clock.now(),
        }
        with self._db.writing() as session:
            insert_once(session, _salt, row, conflict=["name"])
        kept = self._read()  # another process may have been quicker
        if kept is None:
            raise RuntimeError("the salt of pairwise subjects is gone")
        return kept


def pairwise_subject(salt: str, sector: str, account_id: UUID) -> str:
    """Give the subject of a person for all clients of a sector (OpenID Connect Core §8.1)."""
    return keyed_digest(salt, "subject", sector, account_id.hex)
