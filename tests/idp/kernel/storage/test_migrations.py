"""Revisions lead from nothing to the models, keep what points at a changed table, and leave a copy behind."""

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from sqlalchemy.orm import DeclarativeBase

from idp.kernel.storage.database import Database, UtcDateTime, new_metadata
from idp.kernel.storage.migrations import ReferencesBroken, migrate, register_migrations

SERVERS = [
    ("idp", "ProviderSettings", {"api_audience": "https://widget.test"}),
    ("widget_server", "WindowSettings", {"issuer": "https://id.test"}),
]
ENV = "from idp.kernel.storage.migrations import run_migrations\n\nrun_migrations()\n"
REVISION = """
import sqlalchemy as sa
from alembic import op

revision = {name!r}
down_revision = {after!r}


def upgrade():
    {body}
"""
TABLES = (
    "op.execute('CREATE TABLE street (id INTEGER PRIMARY KEY, name TEXT)'); "
    "op.execute('CREATE TABLE house (id INTEGER PRIMARY KEY, street_id INTEGER NOT NULL "
    "REFERENCES street (id) ON DELETE CASCADE)')"
)
ROWS = ["INSERT INTO street VALUES (1, 'Lenin')", "INSERT INTO house VALUES (7, 1)"]


class Tree:
    """A server without a server: an app, an empty database, revisions written by the test."""

    def __init__(self, folder: Path) -> None:
        class Model(DeclarativeBase):
            metadata = new_metadata()

        self.path = folder / "tree.sqlite"
        self.versions = folder / "migrations" / "versions"
        self.versions.mkdir(parents=True)
        (folder / "migrations" / "alembic.ini").write_text("[alembic]\n")
        (folder / "migrations" / "env.py").write_text(ENV)
        self.app, self.db = Flask("tree"), Database(Model)
        self.app.config["SQLALCHEMY_DATABASE_URI"] = f"sqlite:///{self.path}"
        self.db.init_app(self.app)
        register_migrations(self.app, self.db, folder / "migrations")

    def revise(self, name: str, body: str, *, after: str | None = None) -> None:
        text = REVISION.format(name=name, after=after, body=body)
        (self.versions / f"{name}.py").write_text(text)

    def ask(self, statement: str) -> Any:
        with self.app.app_context(), self.db.reading() as session:
            return session.execute(sa.text(statement)).scalar()

    def tell(self, *statements: str) -> None:
        with self.app.app_context(), self.db.writing() as session:
            for statement in statements:
                session.execute(sa.text(statement))

    def close(self) -> None:
        with self.app.app_context():
            self.db.engine.dispose()


@pytest.fixture
def tree(tmp_path: Path) -> Any:
    """A tree with two tables, one pointing at the other, and a row in each."""
    made = Tree(tmp_path)
    made.revise("one", TABLES)
    migrate(made.app)
    made.tell(*ROWS)
    yield made
    made.close()


@pytest.mark.parametrize(("server", "settings", "more"), SERVERS)
def test_revisions_lead_to_the_models(
    server: str, settings: str, more: dict[str, str], database_url: Callable[[str], str], tmp_path: Path
) -> None:
    kind = getattr(import_module(f"{server}.settings"), settings)
    app = import_module(f"{server}.app").create_app(
        kind(
            secret_key="x" * 40, database_url=database_url(f"revised_{server}"), data_dir=tmp_path,
            public_url="https://revised.test", mail={"folder": tmp_path}, **more,
        )
    )  # fmt: skip
    migrate(app)
    db = app.extensions["floor"].db
    with app.app_context(), db.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": _compare_type, "render_as_batch": True}
        )
        assert compare_metadata(context, db.metadata) == []
    with app.app_context():
        db.engine.dispose()


def _compare_type(
    _context: object, _seen: object, _meant: object, seen: Any, meant: sa.types.TypeEngine[Any]
) -> bool | None:
    return False if isinstance(meant, UtcDateTime) and isinstance(seen, sa.DateTime | sa.TIMESTAMP) else None


def test_changed_table_keeps_its_dependants(tree: Tree) -> None:
    body = "\n    ".join(
        ["with op.batch_alter_table('street', recreate='always') as table:",
         "    table.add_column(sa.Column('kind', sa.Text))"]
    )  # fmt: skip
    tree.revise("two", body, after="one")
    migrate(tree.app)
    assert tree.ask("SELECT count(*) FROM house") == 1


def test_broken_references_undo_the_revision(tree: Tree) -> None:
    tree.revise("two", "op.execute('DELETE FROM street')", after="one")
    with pytest.raises(ReferencesBroken):
        migrate(tree.app)
    assert tree.ask("SELECT count(*) FROM street") == 1


def test_failing_revision_leaves_no_half(tree: Tree) -> None:
    tree.revise("two", "op.execute('CREATE TABLE half (id INTEGER)'); op.execute('nonsense')", after="one")
    with pytest.raises(sa.exc.OperationalError):
        migrate(tree.app)
    assert tree.ask("SELECT count(*) FROM sqlite_master WHERE name = 'half'") == 0


def test_foreign_keys_hold_after_migrating(tree: Tree) -> None:
    tree.revise("two", "op.execute('CREATE TABLE third (id INTEGER)')", after="one")
    migrate(tree.app)
    with pytest.raises(sa.exc.IntegrityError):
        tree.tell("INSERT INTO house VALUES (8, 99)")


def test_copy_of_the_file_is_kept(tree: Tree) -> None:
    tree.revise("two", "op.execute('DROP TABLE house')", after="one")
    migrate(tree.app)
    copy = sa.create_engine(f"sqlite:///{tree.path.with_suffix('.before-migration')}", poolclass=sa.NullPool)
    with copy.connect() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM house")).scalar() == 1


def test_second_migration_changes_nothing(tree: Tree) -> None:
    migrate(tree.app)
    assert not tree.path.with_suffix(".before-migration").exists()
