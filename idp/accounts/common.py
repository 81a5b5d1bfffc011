"""Passwords that everybody tries first: Russian ones, and a list that the operator has loaded.

The estimator (zxcvbn) brings English words, names, keyboard walks and dates; the words of
`data/russian_words.txt` are added to its dictionaries, as they are, in Latin letters, and typed on
the other layout. A loaded list of stolen passwords becomes a file of sorted eight-byte keys, looked
through by halves where it lies: a billion of them are 8 GB on the disk and nothing in memory.
"""

import heapq
import re
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha1
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

from idp.kernel.ground.text import comparable

LIST_NAME = "stolen-passwords.bin"
LONGEST_ESTIMATED = 72  # the estimator's time grows with the square of the length
_KEY_BYTES = 8
_KEYS_AT_ONCE = 2_000_000  # 16 MB of memory while a list is loaded
_WORDS = Path(__file__).parent / "data" / "russian_words.txt"
_SHA1_LINE = re.compile(rb"([0-9A-Fa-f]{40})(?::\d+)?")
_RUSSIAN_KEYS = "йцукенгшщзхъфывапролджэячсмитьбюё"
_LATIN_KEYS = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`"
TO_LATIN_KEYS = str.maketrans(_RUSSIAN_KEYS, _LATIN_KEYS)
_IN_LATIN = str.maketrans(
    {
        **dict(zip("абвгдезийклмнопрстуфхцыэ", "abvgdezijklmnoprstufhcye", strict=True)),
        "ё": "e", "ж": "zh", "ч": "ch", "ш": "sh", "щ": "sch", "ю": "yu", "я": "ya", "ь": "", "ъ": "",
    }
)  # fmt: skip


def strength(password: str, *, known: Sequence[str]) -> int:
    """Give how hard a password is to guess, 0 to 4, for somebody who knows these words of the person."""
    return int(_estimator()(password[:LONGEST_ESTIMATED], user_inputs=list(known))["score"])


@cache
def russian_words() -> tuple[str, ...]:
    """Give the words with their other spellings, the commonest first."""
    lines = _WORDS.read_text(encoding="utf-8").splitlines()
    words = [word for line in lines if not line.startswith("#") for word in line.split()]
    return tuple(dict.fromkeys(s for w in words for s in _spellings(w)))


@cache
def _estimator() -> Callable[..., Mapping[str, Any]]:
    """Give the estimator with the words added; its own take 12 MB, so they are read when first needed."""
    from zxcvbn import zxcvbn
    from zxcvbn.matching import add_frequency_lists

    add_frequency_lists({"russian": list(russian_words())})
    return cast("Callable[..., Mapping[str, Any]]", zxcvbn)


def _spellings(word: str) -> tuple[str, str, str]:
    return (word, word.translate(_IN_LATIN), word.translate(TO_LATIN_KEYS))


@dataclass(frozen=True, slots=True)
class StolenPasswords:
    """The loaded list, in which `in` asks for a password; empty while none is loaded."""

    path: Path

    def __contains__(self, password: object) -> bool:
        """Say whether the list has a password as it is typed, or in small letters."""
        if not isinstance(password, str) or not self.path.exists():
            return False
        spellings = {password.encode(), comparable(password).encode()}
        with self.path.open("rb") as file:
            size = file.seek(0, 2) // _KEY_BYTES

            def key_at(index: int) -> bytes:
                file.seek(index * _KEY_BYTES)
                return file.read(_KEY_BYTES)

            return any(_is_among(_key(spelling), size, key_at) for spelling in spellings)


def stolen_passwords(data_dir: Path) -> StolenPasswords:
    """Give the list that lies in a server's data folder."""
    return StolenPasswords(data_dir / LIST_NAME)


def load_list(lines: Iterable[bytes], path: Path, *, shortest: int) -> int:
    """Make the sorted file of a list and give how many passwords it holds; the old one serves until then.

    A line is a password, or its SHA-1 with or without a count after a colon, as published lists have
    it. What nobody could choose because it is shorter than `shortest` is left out.
    """
    count, last = 0, b""
    path.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=path.parent, prefix="passwords-") as folder:
        draft = Path(folder) / "list"
        with draft.open("wb") as file:
            for key in heapq.merge(*_sorted_parts(lines, Path(folder), shortest)):
                if key != last:
                    file.write(key)
                    count, last = count + 1, key
        draft.replace(path)
    return count


def _sorted_parts(lines: Iterable[bytes], folder: Path, shortest: int) -> list[Iterator[bytes]]:
    """Write sorted parts that fit into memory, and give readers of them."""
    parts: list[Iterator[bytes]] = []
    keys = array("Q")
    for line in lines:
        key = _key_of_line(line.rstrip(b"\r\n"), shortest)
        if key is not None:
            keys.append(int.from_bytes(key))
        if len(keys) >= _KEYS_AT_ONCE:
            parts.append(_write_part(keys, folder / str(len(parts))))
            keys = array("Q")
    return [*parts, _write_part(keys, folder / str(len(parts)))]


def _write_part(keys: "array[int]", path: Path) -> Iterator[bytes]:
    with path.open("wb") as file:
        file.writelines(key.to_bytes(_KEY_BYTES) for key in sorted(keys))
    return _read_part(path)


def _read_part(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while key := file.read(_KEY_BYTES):
            yield key


def _key_of_line(line: bytes, shortest: int) -> bytes | None:
    hashed = _SHA1_LINE.fullmatch(line)
    if hashed:
        return bytes.fromhex(hashed[1].decode())[:_KEY_BYTES]
    return _key(line) if len(line.decode("utf-8", "replace")) >= shortest else None


def _key(password: bytes) -> bytes:
    # Published lists are of SHA-1; nothing is kept secret by it here.
    return sha1(password, usedforsecurity=False).digest()[:_KEY_BYTES]


def _is_among(key: bytes, size: int, key_at: Callable[[int], bytes]) -> bool:
    low, high = 0, size
    while low < high:
        middle = (low + high) // 2
        found = key_at(middle)
        if found == key:
            return True
        low, high = (middle + 1, high) if found < key else (low, middle)
    return False
