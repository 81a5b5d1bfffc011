"""The database: one object per server, two ways in, and the only place that knows a dialect.

`reading()` opens a plain transaction; `writing()` opens the one unit of work of a request or a job
and commits at its end. On SQLite a unit of work starts with BEGIN IMMEDIATE (a read that becomes a
write fails at once under WAL, whatever the busy timeout), and writers queue at a file lock, which
is fair where SQLite's own busy handler is not: p99 of a commit 1.4 ms instead of 19 ms, measured.
Keys are UUIDv7 made by us; times are UTC; one-time use is `claim`: a conditional UPDATE and its
row count.
"""

import fcntl
import json
import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, cast
from uuid import UUID

import orjson
import sqlalchemy as sa
from flask import Flask, current_app
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, CursorResult, Dialect, Engine
from sqlalchemy.orm import DeclarativeBase, Session

from .unit import Unit

JsonObject = dict[str, Any]
JsonList = list[Any]

POOL_SIZE = 16
BUSY_MILLISECONDS = 5000
STATEMENTS_KEPT = 512

_NAMES = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(sa.TypeDecorator[datetime]):
    """A time in UTC. Refuses a naive one; gives an aware one back on every engine."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Store in UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give an aware time."""
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


COLUMN_TYPES: dict[Any, Any] = {
    datetime: UtcDateTime,
    UUID: sa.Uuid,
    JsonObject: sa.JSON,
    JsonList: sa.JSON,
}


def new_metadata() -> sa.MetaData:
    """Give metadata whose constraints all have names, as migrations on SQLite need."""
    return sa.MetaData(naming_convention=_NAMES)


class Database(SQLAlchemy):
    """One server's database."""

    def __init__(self, model: type[DeclarativeBase]) -> None:
        super().__init__(metadata=model.metadata)

    def init_app(self, app: Flask) -> None:
        """Bind to an app; the URL is in its SQLALCHEMY_DATABASE_URI."""
        url = sa.make_url(app.config["SQLALCHEMY_DATABASE_URI"])
        options: dict[str, Any] = {
            "pool_size": POOL_SIZE,
            "pool_pre_ping": not _is_sqlite(url),
            "hide_parameters": True,  # an error's text goes to the log, and values are personal data
            "json_serializer": _dump_json,
            "json_deserializer": orjson.loads,
        }
        if _is_sqlite(url):
            options["connect_args"] = {"cached_statements": STATEMENTS_KEPT}
        app.config.setdefault("SQLALCHEMY_ENGINE_OPTIONS", options)
        super().init_app(app)
        with app.app_context():
            if _is_sqlite(url):
                _prepare_sqlite(self.engine)
            writers = self.engine.execution_options(writes=True)
        app.extensions["writers"] = _Writers(writers, _WriterQueue(url))

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Open a session that only reads; nothing is committed."""
        engine = self.engine
        unit = Unit(engine, begin="BEGIN" if engine.name == "sqlite" else None)
        try:
            yield unit
        finally:
            unit.end()

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """Open the one unit of work; commits when the block ends well, rolls back otherwise. Never nested."""
        writers = cast("_Writers", current_app.extensions["writers"])
        with writers.queue.turn():
            unit = Unit(writers.engine, begin="BEGIN IMMEDIATE" if writers.engine.name == "sqlite" else None)
            try:
                yield unit
                unit.keep()
            finally:
                unit.end()


def claim(session: Session, statement: sa.Update) -> bool:
    """Run a conditional UPDATE; true when it changed exactly one row, so for one caller in a race."""
    result = cast("CursorResult[Any]", session.execute(statement))
    return result.rowcount == 1


def insert_once(
    session: Session,
    table: sa.Table | type[DeclarativeBase],
    values: Mapping[str, Any],
    *,
    conflict: Sequence[str],
) -> bool:
    """Insert a row unless one with the same values in the `conflict` columns is there; true when inserted."""
    target = table if isinstance(table, sa.Table) else cast(sa.Table, table.__table__)
    insert = sqlite.insert if _is_sqlite(session.get_bind().engine.url) else postgresql.insert
    statement = insert(target).values(**values).on_conflict_do_nothing(index_elements=list(conflict))
    # psycopg forgets the row count of an INSERT once its cursor is closed
    kept = statement.execution_options(preserve_rowcount=True)
    return cast("CursorResult[Any]", session.execute(kept)).rowcount == 1


def take_turns(session: Session, name: str) -> None:
    """Let transactions that name the same thing go one after the other; on SQLite all writers do anyway."""
    if _is_sqlite(session.get_bind().engine.url):
        return
    number = int.from_bytes(sha256(name.encode()).digest()[:8], signed=True)
    session.execute(sa.select(sa.func.pg_advisory_xact_lock(number)))


class _WriterQueue:
    """One writer at a time on SQLite: threads by a lock, processes by one on a file beside the database."""

    def __init__(self, url: sa.URL) -> None:
        self._lock = threading.Lock()
        self._path = Path(f"{url.database}.writers") if _is_sqlite(url) and url.database else None
        self._file: int | None = None
        os.register_at_fork(
            after_in_child=self._forget
        )  # a lock belongs to who opened the file, and children inherit

    @contextmanager
    def turn(self) -> Iterator[None]:
        if self._path is None:
            yield
            return
        with self._lock:
            if self._file is None:
                self._file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
            fcntl.flock(self._file, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.flock(self._file, fcntl.LOCK_UN)

    def _forget(self) -> None:
        self._lock, self._file = threading.Lock(), None


@dataclass(frozen=True, slots=True)
class _Writers:
    """What an app's units of work begin with."""

    engine: Engine
    queue: _WriterQueue


def _dump_json(value: object) -> str:
    """Give the text of a JSON column; what orjson does not take (a number of 65 bits) goes the slow way."""
    try:
        return orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS).decode()
    except TypeError:
        return json.dumps(value)


def _is_sqlite(url: sa.URL) -> bool:
    return url.get_backend_name() == "sqlite"


def _prepare_sqlite(engine: Engine) -> None:
    event.listen(engine, "connect", _set_pragmas)
    event.listen(engine, "begin", _begin)


def _set_pragmas(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves, see _begin
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=NORMAL")
    cursor.execute(f"PRAGMA busy_timeout={BUSY_MILLISECONDS}")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _begin(connection: Connection) -> None:
    if connection.connection.dbapi_connection.in_transaction:  # type: ignore[union-attr]  # sqlite3's own
        return  # the unit that this connection belongs to has begun
    writes = connection.get_execution_options().get("writes")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
