"""Drafts: found by their secret alone, one step a form, sent once, forgotten in time."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask

from idp.kernel.ground import clock
from idp.kernel.ground.clock import FrozenClock
from idp.kernel.ground.faults import NotFound
from idp.kernel.ground.ids import new_secret
from idp.kernel.work.floor import Floor
from tests.widget_server.problems.conftest import PARTNER, command, count_due
from widget_server.problems import (
    DraftView,
    ReportFields,
    find_draft,
    finish_draft,
    lock_unsent,
    put_aside,
    report,
    start_draft,
    take_step,
)
from widget_server.problems.drafts import DraftExpired, FormUsed, forget_drafts
from widget_server.problems.models import Draft, Problem

Begin = Callable[..., str]
PLACE = ReportFields(lon=38.7, lat=55.1, address="у школы")


@pytest.fixture
def begin(floor: Floor) -> Begin:
    """Begin a draft and give its secret."""

    def go(secret: str | None = None, entered: ReportFields = PLACE) -> str:
        secret = secret or new_secret()
        with floor.db.writing() as session:
            start_draft(
                session, secret, entered, partner_id=PARTNER, origin="https://dobro.test", language="en",
                now=clock.now(),
            )  # fmt: skip
        return secret

    return go


def _find(floor: Floor, secret: str, partner: UUID = PARTNER) -> DraftView:
    with floor.db.reading() as session:
        return find_draft(session, secret, partner_id=partner, now=clock.now())


def _take(floor: Floor, draft: DraftView, entered: ReportFields, revision: int) -> None:
    with floor.db.writing() as session:
        take_step(session, draft, entered, revision=revision, now=clock.now())


def _send(floor: Floor, draft: DraftView, revision: int = 1) -> bool:
    with floor.db.writing() as session:
        if not lock_unsent(session, draft, revision=revision):
            return False
        done = report(session, command(), count_due=count_due, outbox=floor.outbox, now=clock.now())
        finish_draft(session, draft, done.problem_id, now=clock.now())
        return True


def _words(entered: ReportFields = PLACE, **changes: Any) -> ReportFields:
    return ReportFields(**{**entered.to_json(), **changes})


def test_draft_keeps_what_was_entered(floor: Floor, begin: Begin) -> None:
    found = _find(floor, begin())
    assert (found.fields, found.revision, found.language) == (PLACE, 1, "en")


def test_secret_is_not_stored(floor: Floor, begin: Begin) -> None:
    secret = begin()
    with floor.db.reading() as session:
        row = session.execute(sa.select(Draft.__table__)).one()
    assert secret not in repr(row)


def test_unknown_secret_and_other_partner_are_not_found(floor: Floor, begin: Begin) -> None:
    secret = begin()
    for wrong, partner in ((secret + "x", PARTNER), ("", PARTNER), (secret, UUID(int=8)), ("\0я", PARTNER)):
        with pytest.raises(NotFound):
            _find(floor, wrong, partner)


def test_same_start_again_changes_nothing(floor: Floor, begin: Begin) -> None:
    secret = begin()
    begin(secret, _words(address="elsewhere"))
    assert _find(floor, secret).fields == PLACE


def test_step_is_taken_once(floor: Floor, begin: Begin) -> None:
    draft = _find(floor, begin())
    entered = _words(category="roads.pothole")
    for _ in range(4):
        _take(floor, draft, entered, 1)
    with pytest.raises(FormUsed):
        _take(floor, draft, _words(category="waste.dump"), 1)
    with pytest.raises(FormUsed):
        _take(floor, draft, entered, 7)


def test_form_before_the_last_is_used(floor: Floor, begin: Begin) -> None:
    secret = begin()
    draft = _find(floor, secret)
    _take(floor, draft, _words(category="a"), 1)
    _take(floor, draft, _words(category="b"), 2)
    with pytest.raises(FormUsed):
        _take(floor, draft, _words(category="a"), 1)
    assert _find(floor, secret).fields.category == "b"


def test_put_aside_keeps_without_a_step(floor: Floor, begin: Begin) -> None:
    secret = begin()
    with floor.db.writing() as session:
        put_aside(session, _find(floor, secret), _words(email="typo@"), now=clock.now())
    found = _find(floor, secret)
    assert (found.fields.email, found.revision) == ("typo@", 1)


def test_sent_draft_is_blank_and_leads_to_its_report(floor: Floor, begin: Begin) -> None:
    secret = begin()
    draft = _find(floor, secret)
    assert [_send(floor, draft) for _ in range(3)] == [True, False, False]
    found = _find(floor, secret)
    assert found.problem_id
    assert found.fields == ReportFields()
    with floor.db.writing() as session:
        put_aside(session, found, _words(email="late@example.org"), now=clock.now())
    with pytest.raises(FormUsed):
        _take(floor, found, _words(email="late@example.org"), 1)
    assert _find(floor, secret).fields == ReportFields()


def test_old_summary_cannot_be_sent(floor: Floor, begin: Begin) -> None:
    secret = begin()
    old = _find(floor, secret)
    _take(floor, old, _words(category="b"), 1)
    for draft, revision in ((old, 1), (old, 2), (_find(floor, secret), 1)):
        with pytest.raises(FormUsed):
            _send(floor, draft, revision)
    assert _send(floor, _find(floor, secret), 2)


def test_eight_threads_send_one_report(widget_app: Flask, floor: Floor, begin: Begin) -> None:
    draft = _find(floor, begin())

    def one(_: int) -> bool:
        with widget_app.app_context():
            return _send(floor, draft)

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(one, range(8))) == [False] * 7 + [True]
    with floor.db.reading() as session:
        assert session.execute(sa.select(sa.func.count()).select_from(Problem)).scalar_one() == 1


def test_eight_threads_begin_one_draft(widget_app: Flask, floor: Floor, begin: Begin) -> None:
    secret = new_secret()

    def one(_: int) -> str:
        with widget_app.app_context():
            return begin(secret)

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(one, range(8))) == [secret] * 8
    with floor.db.reading() as session:
        assert session.execute(sa.select(sa.func.count()).select_from(Draft)).scalar_one() == 1


def test_draft_ends_a_day_after_its_last_form(floor: Floor, begin: Begin, frozen: FrozenClock) -> None:
    secret = begin()
    frozen.tick(days=0.9)
    _take(floor, _find(floor, secret), _words(category="b"), 1)
    frozen.tick(days=0.9)
    assert _find(floor, secret).revision == 2
    frozen.tick(days=0.11)
    with pytest.raises(DraftExpired):
        _find(floor, secret)


def test_ended_drafts_are_forgotten(floor: Floor, begin: Begin, frozen: FrozenClock) -> None:
    ended = begin()
    frozen.tick(days=0.6)
    going = begin()
    frozen.tick(days=0.6)
    with floor.db.writing() as session:
        forget_drafts(session, clock.now())
    with pytest.raises(NotFound):
        _find(floor, ended)
    assert _find(floor, going).fields == PLACE


def test_receipt_stays_three_days(floor: Floor, begin: Begin, frozen: FrozenClock) -> None:
    secret = begin()
    _send(floor, _find(floor, secret))
    frozen.tick(days=2.9)
    assert _find(floor, secret).problem_id
    frozen.tick(days=0.2)
    with pytest.raises(DraftExpired):
        _find(floor, secret)


def test_draft_ends_before_its_photos_do(floor: Floor, begin: Begin, frozen: FrozenClock) -> None:
    """A draft touched again and again is not kept longer than the photos of drafts are."""
    secret = begin()
    for _ in range(4):
        frozen.tick(seconds=10 * 3600)
        with floor.db.writing() as session:
            draft = find_draft(session, secret, partner_id=PARTNER, now=clock.now())
            put_aside(session, draft, _words(description="Яма"), now=clock.now())
    frozen.tick(seconds=10 * 3600)
    with pytest.raises(DraftExpired):
        _find(floor, secret)
