"""What has run out leaves in short transactions, all of it and nothing else."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from idp.database import tables
from idp.kernel.ground import clock
from idp.kernel.storage import batches
from idp.kernel.storage.batches import delete_batch, in_batches
from idp.kernel.work.floor import Floor

_counter = tables.guards.table


def _fill(floor: Floor, old: int, new: int) -> None:
    now = clock.now()
    rows = [
        {"key_digest": f"{number}", "hits": 1, "ends_at": now + timedelta(hours=1 if number < new else -1)}
        for number in range(old + new)
    ]
    with floor.db.writing() as session:
        session.execute(sa.insert(_counter), rows)


def _left(floor: Floor) -> int:
    with floor.db.reading() as session:
        return session.execute(sa.select(sa.func.count()).select_from(_counter)).scalar_one()


@pytest.mark.parametrize("old", [0, 9, 10, 11, 25])
def test_all_old_rows_leave_and_no_others(idp_app, floor: Floor, monkeypatch, old: int):
    monkeypatch.setattr(batches, "BATCH", 10)
    _fill(floor, old, new=3)
    sizes = []

    def delete(session):
        sizes.append(delete_batch(session, _counter, _counter.c.ends_at <= clock.now()))
        return sizes[-1]

    assert in_batches(floor.db, delete) == old
    assert _left(floor) == 3
    assert max(sizes) <= 10


def test_batch_that_fails_keeps_those_before_it(idp_app, floor: Floor, monkeypatch):
    monkeypatch.setattr(batches, "BATCH", 10)
    _fill(floor, 25, new=0)
    done = []

    def delete(session):
        if done:
            raise RuntimeError
        done.append(delete_batch(session, _counter, _counter.c.ends_at <= clock.now()))
        return done[-1]

    with pytest.raises(RuntimeError):
        in_batches(floor.db, delete)
    assert _left(floor) == 15
