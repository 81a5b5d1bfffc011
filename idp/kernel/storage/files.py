"""Files behind one small protocol: bytes in, a content hash out.

A file's name is the SHA-256 of its bytes, so a file never changes, writing it twice is writing it
once, and a name carries nothing of the person who sent it (spec C8.6). Names reach the store only
after they proved to be a hash, so there is no path to walk out of. Links to files are always signed
and expiring, see `crypto.capabilities`. Which file belongs to whom, and when it may go, its owner's
tables say.
"""

import re
from hashlib import sha256
from pathlib import Path
from typing import Protocol

import obstore
from obstore.exceptions import AlreadyExistsError
from obstore.store import LocalStore, ObjectStore

from idp.kernel.ground.faults import NotFound

_NAME = re.compile(r"[0-9a-f]{64}")


class FileMissing(NotFound):
    """No file of this name, be it erased, never stored, or no name at all."""


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


def _path(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise FileMissing
    return f"{name[:2]}/{name[2:4]}/{name}"
