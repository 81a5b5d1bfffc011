"""Tables that only grow: the database itself refuses to change their rows, and to drop those still kept.

A table says so by `info={"append_only_until": "<subquery>"}`: the subquery gives the number up to which
rows may go. The triggers stop mistakes of ours and statements slipped in by an attacker; whoever may
alter the schema can take them away, and it is not they that prove anything.
"""

import sqlalchemy as sa
from sqlalchemy.engine import Connection

_KEY = "append_only_until"
_SQLITE = (
    "CREATE TRIGGER IF NOT EXISTS {table}_no_update BEFORE UPDATE ON {table} "
    "BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END",
    "CREATE TRIGGER IF NOT EXISTS {table}_no_delete BEFORE DELETE ON {table} WHEN OLD.number > ({until}) "
    "BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END",
)
_POSTGRESQL = (
    "CREATE OR REPLACE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
    "IF TG_OP = 'DELETE' AND NOT COALESCE(OLD.number > ({until}), false) THEN RETURN OLD; END IF; "
    "RAISE EXCEPTION '{table} is append-only'; END $$",
    "CREATE OR REPLACE TRIGGER {table}_no_update BEFORE UPDATE ON {table} "
    "FOR EACH ROW EXECUTE FUNCTION {table}_refuse()",
    "CREATE OR REPLACE TRIGGER {table}_no_delete BEFORE DELETE ON {table} "
    "FOR EACH ROW EXECUTE FUNCTION {table}_refuse()",
)


def append_only(*, until: str) -> dict[str, str]:
    """Give what a table's `info` says; its key column is called `number`."""
    return {_KEY: until}


def protect_tables(connection: Connection, metadata: sa.MetaData) -> None:
    """Put the triggers on every table that only grows, where they are not yet; runs with each migration."""
    statements = _SQLITE if connection.dialect.name == "sqlite" else _POSTGRESQL
    for table in metadata.tables.values():
        if _KEY in table.info and sa.inspect(connection).has_table(table.name):
            for statement in statements:
                connection.exec_driver_sql(statement.format(table=table.name, until=table.info[_KEY]))
