"""One transaction a unit of work, one winner a race, times that keep their zone."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from idp.kernel.ground import clock
from idp.kernel.storage.database import claim
from idp.kernel.work.floor import Floor


def test_one_of_many_parallel_claims_wins(widget_app: Flask, floor: Floor) -> None:
    table = floor.outbox.table
    with floor.db.writing() as session:
        floor.outbox.emit(session, "x", {})

    def take(_: int) -> bool:
        with widget_app.app_context(), floor.db.writing() as session:
            return claim(session, sa.update(table).where(table.c.attempts == 0).values(attempts=1))

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(take, range(8))) == [False] * 7 + [True]


def test_time_without_zone_is_refused(floor: Floor) -> None:
    with pytest.raises(sa.exc.StatementError), floor.db.writing() as session:
        floor.outbox.emit(session, "x", {}, due_at=datetime(2026, 1, 1))  # noqa: DTZ001 - the point


def test_time_comes_back_in_utc(floor: Floor) -> None:
    moscow = datetime(2026, 1, 1, 3, tzinfo=clock.now().tzinfo) - timedelta(hours=3)
    with floor.db.writing() as session:
        floor.outbox.emit(session, "x", {}, due_at=moscow)
    with floor.db.reading() as session:
        found: Any = session.execute(sa.select(floor.outbox.table.c.due_at)).scalar_one()
    assert found == moscow
    assert found.tzinfo is UTC


def test_failed_unit_of_work_leaves_nothing(floor: Floor) -> None:
    with pytest.raises(RuntimeError), floor.db.writing() as session:  # noqa: PT012 - the unit of work is the point
        floor.outbox.emit(session, "x", {})
        raise RuntimeError
    with floor.db.reading() as session:
        assert session.execute(sa.select(floor.outbox.table)).first() is None
