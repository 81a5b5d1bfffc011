"""The loaded list of stolen passwords: what it finds, how it is made, how little memory it takes."""

from collections.abc import Iterator
from hashlib import sha1
from pathlib import Path

import pytest
from flask import Flask

from idp.accounts import StolenPasswords, common, password_faults, stolen_passwords
from idp.accounts.cli import passwords
from idp.accounts.common import load_list, russian_words

STOLEN = "верблюд жуёт колючку 1"


def _list(path: Path, *lines: str) -> StolenPasswords:
    load_list([f"{line}\n".encode() for line in lines], path, shortest=12)
    return StolenPasswords(path)


def test_password_of_the_list_is_refused(tmp_path: Path) -> None:
    stolen = _list(tmp_path / "list", "другая длинная строка", STOLEN)
    assert password_faults(STOLEN, stolen=stolen)
    assert password_faults(STOLEN.upper(), stolen=stolen)
    assert not password_faults(STOLEN + "2", stolen=stolen)


def test_published_hashes_are_taken(tmp_path: Path) -> None:
    published = sha1(STOLEN.encode()).hexdigest().upper()
    stolen = _list(tmp_path / "list", f"{published}:42", "0" * 40)
    assert STOLEN in stolen
    assert "что-то совсем другое" not in stolen


def test_without_a_list_nothing_is_stolen(tmp_path: Path) -> None:
    assert STOLEN not in StolenPasswords(tmp_path / "none")
    assert STOLEN not in _list(tmp_path / "list")


def test_short_and_repeated_lines_take_no_room(tmp_path: Path) -> None:
    path = tmp_path / "list"
    _list(path, "short", STOLEN, STOLEN, "", "другая длинная строка")
    assert path.stat().st_size == 16


def test_list_larger_than_the_memory_is_merged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(common, "_KEYS_AT_ONCE", 100)

    def lines() -> Iterator[bytes]:
        for number in range(1050):
            yield f"some long password {number}\r\n".encode()

    path = tmp_path / "list"
    assert load_list(lines(), path, shortest=12) == 1050
    stolen = StolenPasswords(path)
    assert all(f"some long password {number}" in stolen for number in range(1050))
    assert [p.name for p in tmp_path.iterdir()] == ["list"]


def test_broken_bytes_are_just_another_password(tmp_path: Path) -> None:
    assert load_list([b"\xff\xfe" * 20 + b"\n"], tmp_path / "list", shortest=12) == 1


def test_command_loads_where_the_forms_look(idp_app: Flask, tmp_path: Path) -> None:
    from click.testing import CliRunner

    floor = idp_app.extensions["floor"]
    file = tmp_path / "list.txt"
    file.write_text(f"{STOLEN}\n", encoding="utf-8")
    told = CliRunner().invoke(passwords, ["load", str(file)], obj=floor, catch_exceptions=False)
    assert told.output == "1\n"
    stolen = stolen_passwords(floor.settings.data_dir)
    assert STOLEN in stolen
    stolen.path.unlink()


def test_russian_words_come_in_three_spellings() -> None:
    assert {"привет", "privet", "ghbdtn"} <= set(russian_words())
    assert len(russian_words()) > 3000
