from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest
from obstore.store import MemoryStore

from idp.kernel.storage.files import FileMissing, Files, FolderFiles, ObjectFiles

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
NAME = sha256(b"photo").hexdigest()


class FilesContract:
    """What every place for files promises."""

    @pytest.fixture
    def files(self) -> Iterator[Files]:
        raise LookupError("a subclass gives the place")

    def test_name_is_content_hash(self, files: Files):
        assert files.put(b"photo", content_type="image/jpeg") == NAME

    def test_bytes_come_back(self, files: Files):
        assert (
            files.get(files.put(bytes(range(256)) * 999, content_type="image/jpeg"))
            == bytes(range(256)) * 999
        )

    def test_putting_twice_is_once(self, files: Files):
        assert files.put(b"photo", content_type="image/jpeg") == files.put(b"photo", content_type="image/png")
        assert files.get(NAME) == b"photo"

    def test_empty_file_is_kept(self, files: Files):
        assert files.get(files.put(b"", content_type="text/plain")) == b""

    def test_unknown_name_is_missing(self, files: Files):
        with pytest.raises(FileMissing):
            files.get(NAME)

    def test_deleted_file_is_missing(self, files: Files):
        files.delete(files.put(b"photo", content_type="image/jpeg"))
        with pytest.raises(FileMissing):
            files.get(NAME)

    def test_deleting_nothing_is_fine(self, files: Files):
        files.delete(NAME)

    def test_deleted_file_returns_when_put(self, files: Files):
        files.delete(files.put(b"photo", content_type="image/jpeg"))
        assert files.get(files.put(b"photo", content_type="image/jpeg")) == b"photo"

    @pytest.mark.parametrize(
        "name",
        ["", "../etc/passwd", "..\\x", "/etc/passwd", "%2e%2e/x", "CON", "a" * 300, f"{NAME}\0", f"{NAME}\n",
         NAME.upper(), f"{NAME[:62]}..", "\u0661" * 64],
    )  # fmt: skip
    def test_c8_6_traversal_names_are_missing(self, files: Files, name: str):
        for act in (files.get, files.delete):
            with pytest.raises(FileMissing):
                act(name)


class TestFolderFiles(FilesContract):
    @pytest.fixture
    def files(self, tmp_path: Path) -> Files:
        return FolderFiles(tmp_path / "made" / "by it")

    def test_names_are_sharded(self, tmp_path: Path):
        FolderFiles(tmp_path).put(b"photo", content_type="image/jpeg")
        assert [p.relative_to(tmp_path) for p in tmp_path.rglob("*") if p.is_file()] == [
            Path(NAME[:2], NAME[2:4], NAME)
        ]

    def test_half_written_file_heals(self, tmp_path: Path):
        files = FolderFiles(tmp_path)
        files.put(b"photo", content_type="image/jpeg")
        (tmp_path / NAME[:2] / NAME[2:4] / NAME).write_bytes(b"pho")
        files.put(b"photo", content_type="image/jpeg")
        assert files.get(NAME) == b"photo"


class TestObjectFiles(FilesContract):
    @pytest.fixture
    def files(self) -> Files:
        return ObjectFiles(MemoryStore())

    def test_content_type_travels_along(self):
        store = MemoryStore()
        ObjectFiles(store).put(b"photo", content_type="image/jpeg")
        assert store.get(f"{NAME[:2]}/{NAME[2:4]}/{NAME}").attributes["Content-Type"] == "image/jpeg"
