"""Prepared statements: the values of every type come back as they went, in the transaction of the session."""

from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
import sqlalchemy as sa
from sqlalchemy import event

from idp.kernel.ground.ids import new_id
from idp.kernel.storage.prepared import Prepared, Remembered, prepare_insert
from idp.kernel.work.floor import Floor
from idp.sessions.models import SignedInSession, Visit

NOW = datetime(2026, 6, 10, 9, 30, 0, 250_000, tzinfo=UTC)
_visit = Visit.__table__
_ADD = prepare_insert(_visit, "id", "browser_digest", "request", "created_at", "expires_at")
_FIND = Prepared(sa.select(_visit).where(_visit.c.id == sa.bindparam("visit")))
_FINISH = Prepared(
    sa.update(_visit)
    .where(_visit.c.id == sa.bindparam("visit"), _visit.c.finished_at.is_(None))
    .values(finished_at=sa.bindparam("now"))
)
_COUNT = Prepared(sa.select(sa.func.count().label("visits")).select_from(_visit))


def _values(**changes):
    return {
        "id": new_id(), "browser_digest": None, "request": {"scope": ["openid"], "state": "«ё»"},
        "created_at": NOW, "expires_at": NOW + timedelta(hours=1), **changes,
    }  # fmt: skip


def _add(floor: Floor, **changes) -> UUID:
    values = _values(**changes)
    with floor.db.writing() as session:
        _ADD.change(session, **values)
    return values["id"]


def test_values_come_back_as_they_went(idp_app, floor: Floor):
    moscow = NOW.astimezone(timezone(timedelta(hours=3)))
    visit_id = _add(floor, created_at=moscow)
    with floor.db.reading() as session:
        prepared, usual = _FIND.first(session, visit=visit_id), session.execute(sa.select(_visit)).one()
    assert tuple(prepared) == tuple(usual)
    assert prepared.id == visit_id
    assert prepared.request == {"scope": ["openid"], "state": "«ё»"}
    assert prepared.created_at == NOW
    assert prepared.created_at.tzinfo is UTC
    assert prepared.finished_at is None


def test_naive_time_is_refused(idp_app, floor: Floor):
    with pytest.raises(ValueError, match="zone"):
        _add(floor, created_at=NOW.replace(tzinfo=None))


def test_missing_value_is_refused(idp_app, floor: Floor):
    with floor.db.reading() as session, pytest.raises(KeyError):
        _FIND.first(session)


def test_second_of_two_changes_nothing(idp_app, floor: Floor):
    visit_id = _add(floor)
    with floor.db.writing() as session:
        assert _FINISH.change(session, visit=visit_id, now=NOW) == 1
        assert _FINISH.change(session, visit=visit_id, now=NOW) == 0


def test_nothing_found_is_nothing(idp_app, floor: Floor):
    with floor.db.reading() as session:
        assert _FIND.first(session, visit=new_id()) is None
        assert _FIND.value(session, visit=new_id()) is None
        assert _FIND.all(session, visit=new_id()) == []


def test_session_and_driver_share_a_transaction(idp_app, floor: Floor):
    with floor.db.writing() as session:
        session.execute(sa.insert(_visit).values(**_values()))
        _ADD.change(session, **_values())
        session.add(Visit(**_values()))  # not yet flushed
        assert _COUNT.value(session) == 3
        assert session.execute(sa.select(sa.func.count()).select_from(_visit)).scalar() == 3


@pytest.mark.parametrize("is_driver_first", [True, False])
def test_failure_undoes_what_both_did(idp_app, floor: Floor, is_driver_first: bool):
    def change(session):
        _ADD.change(session, **_values())

    def change_usually(session):
        session.execute(sa.insert(_visit).values(**_values()))

    def change_and_fail():
        with floor.db.writing() as session:
            for one in [change, change_usually] if is_driver_first else [change_usually, change]:
                one(session)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        change_and_fail()
    with floor.db.reading() as session:
        assert _COUNT.value(session) == 0


def test_reading_keeps_nothing(idp_app, floor: Floor):
    with floor.db.reading() as session:
        _ADD.change(session, **_values())
    with floor.db.reading() as session:
        assert _COUNT.value(session) == 0


def test_listener_of_the_commit_is_heard_beside_the_driver(idp_app, floor: Floor):
    heard = []
    with floor.db.writing() as session:
        _ADD.change(session, **_values())
        session.info["waiting"] = True
        event.listen(session, "before_commit", lambda _: heard.append(True), once=True)
    assert heard == [True]
    with floor.db.reading() as session:
        assert _COUNT.value(session) == 1


def test_what_the_driver_cannot_do_is_refused_at_once(idp_app, floor: Floor):
    several = Prepared(sa.select(_visit).where(_visit.c.id.in_(sa.bindparam("visits", expanding=True))))
    with floor.db.reading() as session, pytest.raises(ValueError, match="prepared"):
        several.all(session, visits=[])
    with pytest.raises(ValueError, match="default"):
        prepare_insert(SignedInSession.__table__, "secret_digest")


def test_remembered_value_is_as_new_as_its_row(idp_app, floor: Floor):
    visit_id, made = _add(floor), []

    def make(row):
        made.append(row.finished_at)
        return row.finished_at

    remembered = Remembered(_FIND, make, most=1)
    with floor.db.writing() as session:
        assert [remembered.find(session, "a", visit=visit_id) for _ in range(3)] == [None] * 3
        _FINISH.change(session, visit=visit_id, now=NOW)
        assert [remembered.find(session, "a", visit=visit_id) for _ in range(3)] == [NOW] * 3
        assert remembered.find(session, "b", visit=new_id()) is None
        assert remembered.find(session, "b", visit=visit_id) == NOW
    assert made == [None, NOW, NOW]
    assert list(remembered._known) == ["b"]
