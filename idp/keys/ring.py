"""The rings of signing keys in a process: read from the database, imported once, looked at again shortly.

A rotation in one process reaches the others within REFRESH_SECONDS and needs no restart. Importing a
private RSA key costs some 28 ms, so a key object is kept for the life of the process.
"""

import json
import threading
import time
from collections.abc import Mapping
from typing import Any, cast

import sqlalchemy as sa

from idp.kernel.crypto.envelope import Envelope
from idp.kernel.crypto.jose import Algorithm, SigningKey, import_key
from idp.kernel.ground import clock
from idp.kernel.storage.database import Database

from .models import StoredKey
from .service import PURPOSE, add_keys, missing_algorithms, new_keys

REFRESH_SECONDS = 20.0
_key = cast(sa.Table, StoredKey.__table__)


class KeyRing:
    """All keys of the provider as one process knows them; safe to share between threads."""

    def __init__(self, db: Database, envelope: Envelope) -> None:
        self._db, self._envelope = db, envelope
        self._lock = threading.Lock()
        self._imported: dict[str, SigningKey] = {}
        self._rows: list[sa.Row[Any]] = []
        self._read_at: float | None = None

    def signing(self, algorithm: Algorithm) -> SigningKey:
        """Give the key that signs now. Never called inside a unit of work: the first call may write."""
        rows = [row for row in self._current() if row.algorithm == algorithm and row.retired_at is None]
        return self._key_of(rows[-1])

    def verifying(self) -> list[SigningKey]:
        """Give every key whose signatures we still honour."""
        return [self._key_of(row) for row in self._current()]

    def published(self) -> list[Mapping[str, Any]]:
        """Give the public keys as the JWK set shows them (RFC 7517 §5), newest first."""
        return [row.public for row in reversed(self._current())]

    def refresh(self) -> None:
        """Read the rings again now; makes the first keys when there are none."""
        with self._lock:
            self._read()

    def _current(self) -> list[sa.Row[Any]]:
        if self._read_at is None or time.monotonic() - self._read_at > REFRESH_SECONDS:
            self.refresh()
        return self._rows

    def _read(self) -> None:
        with self._db.reading() as session:
            missing = missing_algorithms(session)
        if missing:
            made = new_keys(missing)
            with self._db.writing() as session:
                still = missing_algorithms(session)  # another process may have been quicker
                wanted = [pair for pair in made if pair[0] in still]
                add_keys(session, wanted, envelope=self._envelope, now=clock.now())
        with self._db.reading() as session:
            self._rows = list(session.execute(sa.select(_key).order_by(_key.c.created_at, _key.c.kid)))
        self._read_at = time.monotonic()

    def _key_of(self, row: sa.Row[Any]) -> SigningKey:
        known = self._imported.get(row.kid)
        if known is None:
            known = import_key(json.loads(self._envelope.open(row.sealed, PURPOSE)))
            self._imported[row.kid] = known
        return known
