"""The portal's own users: a table in SQLite and passwords by scrypt, as small portals have it."""

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from werkzeug.security import check_password_hash, generate_password_hash

CAST = (("lena", "Елена Соколова"), ("timur", "Тимур Ахметов"))
_NOBODY = generate_password_hash("nobody's")


@dataclass(frozen=True)
class User:
    """A volunteer as the pages show them."""

    login: str
    name: str


class Users:
    """The table of users in a file of its own."""

    def __init__(self, path: Path) -> None:
        self._path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        with closing(self._connect()) as connection:
            connection.execute(
                "CREATE TABLE IF NOT EXISTS user "
                "(login TEXT PRIMARY KEY, name TEXT NOT NULL, hash TEXT NOT NULL)"
            )

    def fill(self, password: str) -> None:
        """Add the demo's volunteers where they are missing."""
        with closing(self._connect()) as connection, connection:
            known = {row[0] for row in connection.execute("SELECT login FROM user")}
            for login, name in CAST:
                if login not in known:
                    row = (login, name, generate_password_hash(password))
                    connection.execute("INSERT OR IGNORE INTO user VALUES (?, ?, ?)", row)

    def by_login(self, login: str) -> User | None:
        """Give a user by login."""
        row = self._row(login)
        return User(row[0], row[1]) if row else None

    def check(self, login: str, password: str) -> User | None:
        """Give the user whose password this is; takes as long for a login nobody has."""
        row = self._row(login.strip().lower())
        fits = check_password_hash(row[2] if row else _NOBODY, password)
        return User(row[0], row[1]) if row and fits else None

    def _row(self, login: str) -> tuple[str, str, str] | None:
        with closing(self._connect()) as connection:
            row: tuple[str, str, str] | None = connection.execute(
                "SELECT login, name, hash FROM user WHERE login = ?", (login,)
            ).fetchone()
            return row

    def _connect(self) -> sqlite3.Connection:
        return sqlite3.connect(self._path, timeout=5)
