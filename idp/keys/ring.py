"""The rings of signing keys in a process: read from the database, imported once, looked at again shortly.

A rotation in one process reaches the others within REFRESH_SECONDS and needs no restart; a token that
names a key not known here is a reason to look at once. Importing a private RSA key costs some 28 ms,
so a key object is kept for the life of the process.
"""

import json
import threading
import time
from collections.abc import Mapping, Sequence
from typing import Any

from idp.kernel.crypto.envelope import Envelope
from idp.kernel.crypto.jose import Algorithm, SigningKey, import_key, read_kid
from idp.kernel.ground import clock
from idp.kernel.storage.database import Database

from .queries import all_keys
from .rules import RingKey, missing_algorithms, signing_key
from .service import PURPOSE, Order, add_missing_keys, new_keys

REFRESH_SECONDS = 5.0
LOOK_AGAIN_SECONDS = 1.0


class KeyRing:
    """All keys of the provider as one process knows them; safe to share between threads."""

    def __init__(self, db: Database, envelope: Envelope) -> None:
        self._db, self._envelope = db, envelope
        self._lock = threading.Lock()
        self._private: dict[str, SigningKey] = {}
        self._public: dict[str, SigningKey] = {}
        self._keys: Sequence[RingKey] = ()
        self._read_at: float | None = None

    def signing(self, algorithm: Algorithm) -> SigningKey:
        """Give the key that signs now. Never called inside a unit of work: the first call may write."""
        found = signing_key(self._current(), algorithm, clock.now())
        if found is None:
            self._make_missing()
            return self.signing(algorithm)
        return self._private_half(found)

    def verifying(self) -> list[SigningKey]:
        """Give every key whose signatures we still honour."""
        return [self._public_half(key) for key in self._current()]

    def keys_for(self, token: str) -> list[SigningKey]:
        """Give the key that a token names, when it is one of ours; nothing is said about the token yet.

        A key made in another process a moment ago is found too: at most once a second, so that
        made-up names cost little.
        """
        kid = read_kid(token)
        if kid and kid not in {key.kid for key in self._current()} and self._is_older(LOOK_AGAIN_SECONDS):
            self.refresh()
        return [self._public_half(key) for key in self._keys if key.kid == kid]

    def published(self) -> list[Mapping[str, Any]]:
        """Give the public keys as the JWK set shows them (RFC 7517 §5), newest first.

        Never called inside a unit of work either.
        """
        if missing_algorithms(self._current()):
            self._make_missing()
        return [key.public for key in reversed(self._current())]

    def refresh(self) -> None:
        """Read the rings again now."""
        with self._lock:
            self._read()

    def _current(self) -> Sequence[RingKey]:
        if self._is_older(REFRESH_SECONDS):
            with self._lock:
                if self._is_older(REFRESH_SECONDS):  # another thread may have read meanwhile
                    self._read()
        return self._keys

    def _is_older(self, seconds: float) -> bool:
        return self._read_at is None or time.monotonic() - self._read_at > seconds

    def _read(self) -> None:
        with self._db.reading() as session:
            self._keys = [key for key in all_keys(session) if key.revoked_at is None]
        self._read_at = time.monotonic()

    def _make_missing(self) -> None:
        with self._lock:
            made = new_keys(missing_algorithms(self._keys))
            with self._db.writing() as session:
                add_missing_keys(session, made, Order(self._envelope, clock.now()))
            self._read()

    def _private_half(self, key: RingKey) -> SigningKey:
        known = self._private.get(key.kid)
        if known is None:
            known = import_key(json.loads(self._envelope.open(key.sealed, PURPOSE)))
            self._private[key.kid] = known
        return known

    def _public_half(self, key: RingKey) -> SigningKey:
        known = self._public.get(key.kid)
        if known is None:
            known = self._public[key.kid] = import_key(key.public)
        return known
