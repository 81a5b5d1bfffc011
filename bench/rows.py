"""Looking up sessions, codes and grants among few rows and among many: the same plan, the same time.

The tables are filled to ten thousand rows each, measured, filled to BENCH_ROWS, and measured again, by
the very statements that the endpoints use, for rows strewn over the whole table. SQLite only.
"""

import os
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import cast
from uuid import UUID

import sqlalchemy as sa
from flask import Flask
from sqlalchemy.orm import Session

from bench.racers import prepare, provider_environment
from bench.stage import describe, fail, percentile, silence
from idp.app import create_app
from idp.database import Model
from idp.grants.authorization_code import _PRESENTED
from idp.kernel.ground import clock
from idp.kernel.storage.prepared import Prepared
from idp.kernel.work.floor import Floor
from idp.sessions.queries import _FIND
from idp.settings import ProviderSettings
from idp.tokens.queries import _GRANT_OF_TOKEN

FEW = 10_000
MANY = int(os.environ.get("BENCH_ROWS", "1000000"))
WITHIN = 0.2
_LOOKUPS = 5_000
_LINK = "session_id"  # may be empty, and is not here
_TABLES = ("session", "authorization_code", "grant")
_STATEMENTS = {"session": _FIND, "authorization_code": _PRESENTED, "grant": _GRANT_OF_TOKEN}


def main() -> None:
    """Print a row for each table."""
    silence()
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
        folder = Path(scratch)
        database = folder / "ours.sqlite"
        prepare(provider_environment(folder, 8000, database))
        app = create_app(ProviderSettings())
        with app.app_context():
            _fill(database, 0, FEW)
            few = _measure(app, FEW)
            _fill(database, FEW, MANY)
            many = _measure(app, MANY)
    describe(f"look-up of | p50 ms, {FEW:,} rows | {MANY:,} | p99 ms, {FEW:,} rows | {MANY:,} | p99 | plan")
    for name in _TABLES:
        print(_row(name, few[name], many[name]))


def _row(name: str, few: tuple[str, list[float]], many: tuple[str, list[float]]) -> str:
    cells = [percentile(one[1], share) for share in (0.5, 0.99) for one in (few, many)]
    ratio = cells[3] / cells[2]
    target = "met" if ratio <= 1 + WITHIN else "missed"
    plan = "the same, by indexes" if few[0] == many[0] and "SCAN" not in many[0] else f"changed: {many[0]}"
    return (
        f"| {name} | "
        + " | ".join(f"{cell:.3f}" for cell in cells)
        + f" | {ratio:.2f} × ({target}) | {plan} |"
    )


def _measure(app: Flask, rows: int) -> dict[str, tuple[str, list[float]]]:
    """Give each look-up's plan, and how many milliseconds it took for rows all over the table."""
    db, chance = cast(Floor, app.extensions["floor"]).db, Random(1)
    measured = {}
    for name, statement in _STATEMENTS.items():
        times = []
        for _ in range(_LOOKUPS):
            asked = _asked(name, chance.randrange(rows))
            began = time.perf_counter()
            with db.reading() as session:
                found = statement.first(session, **asked)
            times.append((time.perf_counter() - began) * 1000)
            if found is None:
                fail(f"{name}: nothing found")
        with db.reading() as session:
            measured[name] = (_plan(session, statement), times)
    return measured


def _asked(name: str, number: int) -> dict[str, object]:
    now, digest = clock.now(), f"{number:064x}"
    return {
        "session": {"secret_digest": digest, "seen_after": now.replace(year=2000), "now": now},
        "authorization_code": {"digest": digest, "now": now},
        "grant": {"grant_id": UUID(int=number), "jti": digest, "now": now},
    }[name]


def _plan(session: Session, statement: Prepared) -> str:
    text = statement.text_on(session.get_bind().dialect)
    rows = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", ("",) * text.count("?"))
    return "; ".join(row[3] for row in rows)


def _fill(database: Path, first: int, end: int) -> None:
    """Fill each table with rows numbered from `first` to before `end`; keys and digests spell the number."""
    numbers = f"SELECT {first} UNION ALL SELECT n + 1 FROM number WHERE n + 1 < {end}"
    with _opened(database) as connection:
        account = connection.execute("SELECT id FROM account").fetchone()[0]
        for name in _TABLES:
            columns = [c for c in Model.metadata.tables[name].columns if not c.nullable or c.name == _LINK]
            names, values = ", ".join(c.name for c in columns), ", ".join(_value(c, account) for c in columns)
            connection.execute(
                f"WITH RECURSIVE number(n) AS ({numbers}) "
                f'INSERT INTO "{name}" ({names}) SELECT {values} FROM number'
            )


@contextmanager
def _opened(database: Path) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(database)
    with connection:
        yield connection
    connection.close()


def _value(column: sa.Column[object], account: str) -> str:
    """Give the SQL of a column's value for the row number `n`."""
    special = {"account_id": f"'{account}'", "client_id": "'bench-es256'", "amr": "'[\"pwd\"]'"}
    if column.name in special:
        return special[column.name]
    if column.name == "id" or column.name in ("session_id", "grant_id"):
        return "printf('%032x', n)"
    if "digest" in column.name:
        return "printf('%064x', n)"
    kinds = {sa.JSON: "'[\"openid\"]'", sa.Boolean: "0", sa.Integer: "0", sa.LargeBinary: "x'00'"}
    known = [sql for kind, sql in kinds.items() if isinstance(column.type, kind)]
    text = isinstance(column.type, sa.String | sa.Text)
    return known[0] if known else ("'x'" if text else "'2099-01-01 00:00:00.000000'")


if __name__ == "__main__":
    main()
