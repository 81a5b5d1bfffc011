"""The rings of signing keys: sealed at rest, renewed without a restart."""

import pytest
import sqlalchemy as sa
from flask import Flask

from idp.kernel.ground import clock
from idp.kernel.work.floor import Floor
from idp.keys import KeyRing, ring
from idp.keys.models import StoredKey
from idp.keys.service import Order, new_keys, rotate_keys


def test_c3_5_database_holds_no_private_key(idp_app: Flask, floor: Floor) -> None:
    with floor.db.reading() as session:
        rows = [dict(r) for r in session.execute(sa.select(StoredKey.__table__)).mappings()]
    assert len(rows) == 2
    assert not any({"d", "p", "q"} & set(row["public"]) for row in rows)
    assert b'"d"' not in b"".join(row["sealed"] for row in rows)


def test_first_keys_are_made_when_needed(idp_app: Flask, floor: Floor) -> None:
    with floor.db.writing() as session:
        session.execute(sa.delete(StoredKey))
    fresh = KeyRing(floor.db, floor.envelope)
    assert {fresh.signing("ES256").kid, fresh.signing("RS256").kid} == {k["kid"] for k in fresh.published()}


def test_rotation_reaches_a_running_process(
    idp_app: Flask, floor: Floor, monkeypatch: pytest.MonkeyPatch
) -> None:
    running = KeyRing(floor.db, floor.envelope)
    old = running.signing("ES256").kid
    with floor.db.writing() as session:
        now = clock.now()
        (new,) = rotate_keys(session, new_keys(["ES256"]), Order(floor.envelope, now), signs_at=now)
    assert running.signing("ES256").kid == old
    monkeypatch.setattr(ring, "REFRESH_SECONDS", 0.0)
    assert running.signing("ES256").kid == new
    assert old in {k["kid"] for k in running.published()}
