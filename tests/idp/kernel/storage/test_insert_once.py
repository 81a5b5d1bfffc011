"""An insert that happens once says so, on every engine."""

from flask import Flask

from idp.database import tables
from idp.kernel.ground import clock
from idp.kernel.storage.database import insert_once
from idp.kernel.work.floor import Floor


def test_first_insert_is_told_apart(idp_app: Flask, floor: Floor) -> None:
    """psycopg forgets the row count of an INSERT with its cursor, so PostgreSQL used to say no twice."""
    row = {"key_digest": "k", "hits": 0, "ends_at": clock.now()}
    with floor.db.writing() as session:
        told = [insert_once(session, tables.guards.table, row, conflict=["key_digest"]) for _ in range(2)]
    assert told == [True, False]
