"""Files behind one small protocol: bytes in, a content hash out.

A file's name is the SHA-256 of its bytes, so a file never changes, writing it twice is writing it
once, and a name carries nothing of the person who sent it (spec C8.6). Names reach the store only
after they proved to be a hash, so there is no path to walk out of. Links to files are always signed
and expiring (`SignedLinks`). Which file belongs to whom, and when it may go, its owner's tables say.
"""

import hmac
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Protocol

import obstore
from obstore.exceptions import AlreadyExistsError
from obstore.store import LocalStore, ObjectStore

from idp.kernel.ground.faults import Gone, NotFound

_NAME = re.compile(r"[0-9a-f]{64}")


class FileMissing(NotFound):
    """No file of this name, be it erased, never stored, or no name at all."""


class LinkExpired(Gone):
    """The link was ours and its time is over; the evidence `expired_at` says since when."""


class Files(Protocol):
    """Where files are kept."""

    def put(self, data: bytes, *, content_type: str) -> str:
        """Give the name under which the bytes are now kept; putting them again changes nothing."""
        ...

    def get(self, name: str) -> bytes:
        """Give the bytes kept under a name; raises FileMissing."""
        ...

    def delete(self, name: str) -> None:
        """See to it that the file is not there any more; that it never was is no error."""
        ...


class ObjectFiles:
    """Files in an object store, one object each under `ab/cd/<hash>`."""

    def __init__(self, store: ObjectStore) -> None:
        self._store = store

    def put(self, data: bytes, *, content_type: str) -> str:
        """Give the name under which the bytes are now kept; putting them again changes nothing."""
        name = sha256(data).hexdigest()
        try:
            self._write(name, data, content_type)
        except AlreadyExistsError:
            self._heal(name, data, content_type)
        return name

    def get(self, name: str) -> bytes:
        """Give the bytes kept under a name; raises FileMissing."""
        try:
            return bytes(obstore.get(self._store, _path(name)).bytes())
        except FileNotFoundError:
            raise FileMissing from None

    def delete(self, name: str) -> None:
        """See to it that the file is not there any more; that it never was is no error."""
        try:
            obstore.delete(self._store, _path(name))
        except FileNotFoundError:
            return

    def _write(self, name: str, data: bytes, content_type: str) -> None:
        attributes = {"Content-Type": content_type}
        obstore.put(self._store, _path(name), data, mode="create", attributes=attributes)

    def _heal(self, name: str, data: bytes, content_type: str) -> None:
        """Replace what a power cut left half written: its content is not what its name says."""
        if self.get(name) == data:
            return
        self.delete(name)
        self._write(name, data, content_type)


class FolderFiles(ObjectFiles):
    """Files in a folder of this machine, made when missing; a folder keeps no content types."""

    def __init__(self, path: Path) -> None:
        super().__init__(LocalStore(path, automatic_cleanup=True, mkdir=True))

    def _write(self, name: str, data: bytes, content_type: str) -> None:
        obstore.put(self._store, _path(name), data, mode="create")


class SignedLinks:
    """Signs links to files and checks them; with `previous` secrets old links outlive a rotation."""

    def __init__(self, secret: str, *, previous: Sequence[str] = ()) -> None:
        self._secrets = (secret, *previous)

    def sign(self, name: str, *, expires_at: datetime) -> str:
        """Give the token that opens this one file until then: the time and its signature."""
        expiry = str(int(expires_at.timestamp()))
        return f"{expiry}.{_signature(self._secrets[0], name, expiry)}"

    def verify(self, token: str, *, name: str, now: datetime) -> None:
        """Pass when the token opens this file now; raises FileMissing if forged, LinkExpired if late."""
        expiry, _, signature = token.partition(".")
        if not any(self._is_signed(secret, name, expiry, signature) for secret in self._secrets):
            raise FileMissing
        expires_at = datetime.fromtimestamp(int(expiry), UTC)
        if now >= expires_at:
            raise LinkExpired(expired_at=expires_at.isoformat())

    @staticmethod
    def _is_signed(secret: str, name: str, expiry: str, signature: str) -> bool:
        return hmac.compare_digest(_signature(secret, name, expiry).encode(), signature.encode())


def _signature(secret: str, name: str, expiry: str) -> str:
    # The first word keeps the signature from meaning anything else under the same secret.
    return hmac.new(secret.encode(), f"file-link\0{name}\0{expiry}".encode(), sha256).hexdigest()


def _path(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise FileMissing
    return f"{name[:2]}/{name[2:4]}/{name}"
