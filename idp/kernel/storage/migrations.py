"""Migrations: one Alembic tree per server, run through Flask-Migrate.

On SQLite a changed table is copied and renamed (batch mode), and with foreign keys on that deletes
the rows that point at it: so they are off while a migration runs, the whole is checked before the
commit, and a copy of the file is kept beside it first.
"""

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import sqlalchemy as sa
from alembic import context
from flask import Flask, current_app
from flask_migrate import Migrate, current, upgrade
from sqlalchemy.engine import Connection

from .append_only import protect_tables
from .database import Database, UtcDateTime


class ReferencesBroken(Exception):
    """A migration left rows that point at nothing; nothing of it was kept."""


def register_migrations(app: Flask, db: Database, folder: Path) -> None:
    """Tell Flask-Migrate where this server's tree is."""
    Migrate(app, db, directory=str(folder), compare_type=True)


def know_tree(app: Flask) -> None:
    """Tell Flask-Migrate of the tree that a server names: late, as serving needs no Alembic."""
    if "migrate" not in app.extensions:
        register_migrations(app, app.extensions["sqlalchemy"], app.extensions["migrations"])


def migrate(app: Flask) -> None:
    """Bring the database to the newest revision; does nothing when it is there."""
    know_tree(app)
    with app.app_context():
        _keep_copy(app)
        upgrade()


def show_revision(app: Flask) -> None:
    """Print the revision the database is at."""
    know_tree(app)
    with app.app_context():
        current()


def run_migrations() -> None:
    """Do what an `env.py` does: run the pending revisions in one transaction on the app's database."""
    db = current_app.extensions["migrate"].db
    with db.engine.connect() as connection:
        if connection.dialect.name != "sqlite":
            _run(connection, db.metadata, is_sqlite=False)
            return
        with _without_foreign_keys(connection):
            _run(connection, db.metadata, is_sqlite=True)


@contextmanager
def _without_foreign_keys(connection: Connection) -> Iterator[None]:
    """Switch foreign keys off on SQLite's own connection: inside a transaction the pragma does nothing."""
    driver: Any = connection.connection.driver_connection
    driver.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
    finally:
        connection.rollback()  # of what failed; what went well is committed
        driver.execute("PRAGMA foreign_keys=ON")


def _run(connection: Connection, metadata: sa.MetaData, *, is_sqlite: bool) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=True,
        compare_type=True,
        transactional_ddl=True,  # SQLite has it: we say BEGIN ourselves
        render_item=_render_item,
        process_revision_directives=_drop_empty,
    )
    with context.begin_transaction():
        context.run_migrations()
        protect_tables(connection, metadata)
        if is_sqlite and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
            raise ReferencesBroken


def _render_item(kind: str, item: object, _context: Any) -> str | Literal[False]:
    """Write our time type by its plain name, so that a revision imports nothing of ours."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def _drop_empty(migration: Any, _revision: object, directives: list[Any]) -> None:
    """Make no revision when no table changed."""
    if getattr(context.config.cmd_opts, "autogenerate", False) and directives[0].upgrade_ops.is_empty():
        directives[:] = []


def _keep_copy(app: Flask) -> None:
    url = sa.make_url(app.config["SQLALCHEMY_DATABASE_URI"])
    path = Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None
    if path is None or not path.exists() or not _is_behind(path, app):
        return
    shutil.copyfile(path, path.with_suffix(".before-migration"))


def _is_behind(path: Path, app: Flask) -> bool:
    from alembic.script import ScriptDirectory

    folder = app.extensions["migrate"].directory
    heads = set(ScriptDirectory(folder).get_heads())
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        try:
            at = {row[0] for row in connection.execute("SELECT version_num FROM alembic_version")}
        except sqlite3.OperationalError:
            return False
    connection.close()
    return at != heads
