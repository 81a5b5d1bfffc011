"""Envelopes for secrets that must be used again: signing keys, upstream secrets, seeds.

AES-256-GCM with a key derived by HKDF-SHA-256 from the server's secret and the purpose, so that a
sealed value moved to another column does not open. Older secrets still open, the newest seals.
"""

import os
from collections.abc import Sequence
from functools import cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_NONCE_BYTES = 12


class EnvelopeBroken(Exception):
    """The value was sealed with another secret or for another purpose, or was changed."""


class Envelope:
    """Seals and opens short values under the server's secrets."""

    def __init__(self, secrets: Sequence[str]) -> None:
        self._secrets = tuple(secrets)

    def seal(self, data: bytes, purpose: str) -> bytes:
        """Give the sealed form: nonce, then ciphertext with its tag."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + _cipher(self._secrets[0], purpose).encrypt(nonce, data, purpose.encode())

    def open(self, sealed: bytes, purpose: str) -> bytes:
        """Give the data back, or raise EnvelopeBroken."""
        nonce, ciphertext = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
        for secret in self._secrets:
            try:
                return _cipher(secret, purpose).decrypt(nonce, ciphertext, purpose.encode())
            except InvalidTag:
                continue
        raise EnvelopeBroken(purpose)


@cache
def _cipher(secret: str, purpose: str) -> AESGCM:
    """Give the cipher of a purpose; kept, as deriving its key costs more than sealing."""
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"envelope:{purpose}".encode())
    return AESGCM(derived.derive(secret.encode()))
