"""The demo's year of reports."""

import io
from datetime import timedelta
from uuid import UUID

import pytest
import sqlalchemy as sa
from PIL import Image

from examples.demo.people import ANNA
from examples.demo.pictures import _SUBJECTS, _draw
from examples.demo.reports import FRESH, seed_reports
from idp.kernel.ground import clock
from tests.widget_server.cast import found_city
from widget_server.media.models import Photo
from widget_server.partners import PartnerDraft, save_partner
from widget_server.problems import Action, State, reports_of
from widget_server.problems.models import HistoryEntry, Problem

ANNA_SUB = UUID(int=7)


@pytest.mark.parametrize("engine_name", ["sqlite"], indirect=True)
def test_year_is_full_and_quiet(widget_app, floor, drain, outgoing):
    """One year told, because telling it is what takes the time."""
    found_city(floor)
    with floor.db.writing() as session:
        save_partner(
            session, PartnerDraft("gorod", "Г", "G", ["https://gorod.test"], 38, 55), now=clock.now()
        )
    seed_reports(widget_app, {ANNA: ANNA_SUB})
    now = clock.now()
    with floor.db.reading() as session:
        problems = session.scalars(sa.select(Problem)).all()
        lines = session.scalars(sa.select(HistoryEntry)).all()
        mine = reports_of(session, str(ANNA_SUB), now=now, size=50)
        photos = session.scalar(sa.select(sa.func.count()).select_from(Photo))
    created = [problem.created_at for problem in problems]
    assert len(problems) >= 300
    assert {problem.state for problem in problems} == {state.value for state in State}
    assert now - timedelta(days=366) < min(created) < now - timedelta(days=340)
    assert len({(at.year, at.month) for at in created}) >= 12
    assert max(line.at for line in lines) <= now
    assert sum(1 for p in problems if p.state == "sent" and p.answer_due_at and p.answer_due_at < now) > 5
    assert {problem.territory_code.partition("-")[0] for problem in problems} >= {"kolomna", "msk"}
    assert len(mine.rows) > 5
    assert photos > 50
    told = [line.text for line in lines if line.action in (Action.FIX, Action.REFUSE, Action.ANSWER)]
    assert all(told)

    drain()
    fresh = {problem.number for problem in problems if problem.created_at > now - timedelta(hours=3)}
    unconfirmed = {problem.number for problem in problems if problem.state == State.AWAITING_CONFIRMATION}
    assert len(fresh) >= FRESH
    assert outgoing
    assert all(any(n in letter.subject for n in fresh | unconfirmed) for letter in outgoing)


@pytest.mark.parametrize("group", list(_SUBJECTS))
def test_pictures_are_the_same_each_time(group):
    assert _draw(group, 0) == _draw(group, 0)
    with Image.open(io.BytesIO(_draw(group, 1))) as image:
        assert image.size == (800, 600)
