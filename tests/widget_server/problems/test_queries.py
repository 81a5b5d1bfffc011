"""Reads of problems: queues in order and page by page, what is near, and what nobody else may see."""

import io
from typing import Any

import pytest
import sqlalchemy as sa
from PIL import Image

from idp.kernel.ground import clock
from idp.kernel.ground.clock import FrozenClock
from idp.kernel.ground.faults import NotFound
from idp.kernel.outside.images import process_picture
from idp.kernel.web.cursors import CursorWrong, encode_cursor
from idp.kernel.work.floor import Floor
from tests.widget_server.problems.conftest import HERE, File, guest, new_owner, signed_in
from widget_server.media import add_photo, keep_picture
from widget_server.problems import (
    Action,
    Actor,
    ActorKind,
    ClockRules,
    Nearby,
    ReportDetails,
    ReportFilter,
    State,
    act,
    nearby,
    public_report,
    receipt_of,
    reports_of,
    staff_report,
    staff_reports,
)
from widget_server.problems.commands import Receipt, Route
from widget_server.problems.models import Problem

METRE = 1 / 111_195
RADIUS = {"roads.pothole": 50, "waste.dump": 250}
NOWHERE = Route("", "kolomna", "50", ClockRules(None, None))


@pytest.fixture(autouse=True)
def _stopped(frozen: FrozenClock) -> None:
    """All happens at a stopped noon."""


def _near(floor: Floor, lon: float = HERE[0], lat: float = HERE[1], **changes: Any) -> tuple[Nearby, ...]:
    with floor.db.reading() as session:
        return nearby(
            session, **{
                "lon": lon, "lat": lat, "radius_by_category": RADIUS, "capabilities": floor.capabilities,
                "now": clock.now(), **changes,
            },
        )  # fmt: skip


def _pages(floor: Floor, wanted: ReportFilter, size: int, service: str | None = None) -> list[list[str]]:
    pages, cursor = [], ""
    while True:
        with floor.db.reading() as session:
            page = staff_reports(
                session, wanted, service_code=service, now=clock.now(), cursor=cursor, size=size
            )
        pages.append([row.number for row in page.rows])
        if page.next_cursor is None:
            return pages
        cursor = page.next_cursor


def _numbers(floor: Floor, service: str | None = None, **wanted: Any) -> list[str]:
    return [number for page in _pages(floor, ReportFilter(**wanted), 100, service) for number in page]


def _fix(floor: Floor, receipt: Receipt) -> None:
    actor = Actor(ActorKind.STAFF)
    with floor.db.writing() as session:
        act(session, receipt.number, Action.FIX, text="Да", actor=actor, outbox=floor.outbox, now=clock.now())


def _in_full(floor: Floor, number: str, service: str | None = None) -> ReportDetails:
    with floor.db.reading() as session:
        return staff_report(
            session, number, service_code=service, capabilities=floor.capabilities, now=clock.now()
        )


# queues -----------------------------------------------------------------------------------------


def test_queue_goes_by_deadline_and_ends_with_closed(
    floor: Floor, file_report: File, frozen: FrozenClock
) -> None:
    first = file_report(contact=signed_in())
    frozen.tick(days=1)
    closed = file_report(contact=signed_in())
    frozen.tick(days=1)
    second = file_report(contact=signed_in())
    later_closed = file_report(contact=signed_in())
    _fix(floor, closed)
    frozen.tick(days=1)
    _fix(floor, later_closed)
    wanted = [first.number, second.number, later_closed.number, closed.number]
    assert _numbers(floor) == wanted


@pytest.mark.parametrize("size", [1, 7, 100])
def test_pages_hold_each_row_once(floor: Floor, file_report: File, frozen: FrozenClock, size: int) -> None:
    """Many of the same deadline too: then the key decides, and a cut between equals loses none."""
    filed = []
    for at in range(23):
        filed.append(file_report(contact=signed_in()))
        if at % 5 == 0:
            frozen.tick(seconds=3600)
    for receipt in filed[3:9]:
        _fix(floor, receipt)
    pages = _pages(floor, ReportFilter(), size)
    numbers = [number for page in pages for number in page]
    assert sorted(numbers) == sorted(receipt.number for receipt in filed)
    assert [len(page) for page in pages[:-1]] == [size] * (len(pages) - 1)
    assert numbers == _numbers(floor)


def test_rows_that_arrive_between_pages_shift_nothing(
    floor: Floor, file_report: File, frozen: FrozenClock
) -> None:
    filed = [file_report(contact=signed_in()).number for _ in range(4)]
    with floor.db.reading() as session:
        page = staff_reports(session, ReportFilter(), service_code=None, now=clock.now(), size=2)
    frozen.tick(days=1)
    new = file_report(contact=signed_in()).number
    assert page.next_cursor
    with floor.db.reading() as session:
        rest = staff_reports(
            session, ReportFilter(), service_code=None, now=clock.now(), cursor=page.next_cursor, size=9
        )
    assert [row.number for row in rest.rows] == [*sorted_rest(page, filed), new]


def sorted_rest(page: Any, filed: list[str]) -> list[str]:
    """Give the numbers that the first page did not show, in the order in which they were filed."""
    shown = {row.number for row in page.rows}
    return [number for number in filed if number not in shown]


@pytest.mark.parametrize(
    "cursor",
    ["x", "я", "=", "a" * 5000, "\0", encode_cursor([1]), encode_cursor(["x", 1]),
     encode_cursor([1, "no-id"]), encode_cursor([2**70, "00000000-0000-0000-0000-000000000001"]),
     encode_cursor([1, "\0"]), encode_cursor([1, ""])],
)  # fmt: skip
def test_forged_cursor_is_refused(floor: Floor, file_report: File, cursor: str) -> None:
    file_report(contact=signed_in())
    with floor.db.reading() as session:
        with pytest.raises(CursorWrong):
            staff_reports(session, ReportFilter(), service_code=None, now=clock.now(), cursor=cursor)
        with pytest.raises(CursorWrong):
            reports_of(session, "p-anna", now=clock.now(), cursor=cursor)


def test_service_sees_its_own_confirmed_ones(floor: Floor, file_report: File) -> None:
    mine = file_report(contact=signed_in())
    file_report()  # waits for the e-mail
    file_report(contact=signed_in(), route=Route("lights", "k", "50", ClockRules(None, None)))
    file_report(contact=signed_in(), route=NOWHERE)
    assert _numbers(floor, "roads") == [mine.number]
    assert _numbers(floor, "roads", service_code="lights") == []
    assert len(_numbers(floor)) == 4


def test_filters_narrow(floor: Floor, file_report: File, frozen: FrozenClock) -> None:
    late = file_report(contact=signed_in())
    frozen.tick(days=9)
    fresh = file_report(contact=signed_in(), category="waste.dump")
    unserved = file_report(contact=signed_in(), route=NOWHERE)
    waiting = file_report()
    fixed = file_report(contact=signed_in())
    _fix(floor, fixed)
    assert _numbers(floor, is_overdue=True) == [late.number]
    assert _numbers(floor, is_unserved=True) == [unserved.number]
    assert _numbers(floor, category="waste.dump") == [fresh.number]
    assert _numbers(floor, states=frozenset({"fixed"})) == [fixed.number]
    assert _numbers(floor, states=frozenset({"no-such-state"})) == []
    assert _numbers(floor, states=frozenset({"awaiting-confirmation"})) == [waiting.number]


def test_overdue_counts_the_clock_that_runs(floor: Floor, file_report: File, frozen: FrozenClock) -> None:
    answered = file_report(contact=signed_in())
    with floor.db.writing() as session:
        act(
            session, answered.number, Action.ANSWER, text="Да", actor=Actor(ActorKind.STAFF),
            outbox=floor.outbox, now=clock.now(),
        )  # fmt: skip
    frozen.tick(days=9)
    assert _numbers(floor, is_overdue=True) == []
    frozen.tick(days=22)
    assert _numbers(floor, is_overdue=True) == [answered.number]
    assert _in_full(floor, answered.number).row.badge == "overdue"


def test_person_finds_their_own_newest_first(floor: Floor, file_report: File) -> None:
    mine = [file_report(contact=signed_in("p-anna")).number for _ in range(5)]
    file_report(contact=signed_in("p-boris"))
    file_report(contact=guest())
    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        with floor.db.reading() as session:
            page = reports_of(session, "p-anna", now=clock.now(), cursor=cursor, size=2)
        seen += [row.number for row in page.rows]
        cursor = page.next_cursor
    assert seen == mine[::-1]


def test_nobody_is_not_everybody(floor: Floor, file_report: File) -> None:
    """An empty `sub` belongs to all guests, so it must find the reports of none."""
    file_report(contact=guest())
    with floor.db.reading() as session:
        assert reports_of(session, "", now=clock.now()).rows == ()


# one in full ------------------------------------------------------------------------------------


def test_report_of_another_service_is_not_found(floor: Floor, file_report: File) -> None:
    receipt = file_report(contact=signed_in())
    assert _in_full(floor, receipt.number, "roads").reporter.name == "Анна Петрова"
    for number, service in ((receipt.number, "lights"), (receipt.number, ""), ("50-0", None), ("\0", None)):
        with pytest.raises(NotFound):
            _in_full(floor, number, service)


def test_public_number_is_read_as_people_type_it(floor: Floor, file_report: File) -> None:
    receipt = file_report(contact=signed_in())
    for typed in (receipt.number.lower(), f" {receipt.number} "):
        with floor.db.reading() as session:
            found = public_report(session, typed, capabilities=floor.capabilities, now=clock.now())
        assert found.id == receipt.problem_id


def test_details_say_what_may_be_done(floor: Floor, file_report: File) -> None:
    sent, waiting = file_report(contact=signed_in()), file_report()
    nobody = file_report(contact=signed_in(), route=NOWHERE)
    can = {
        number: (found.can_take, found.can_answer, found.can_assign)
        for number in (sent.number, waiting.number, nobody.number)
        if (found := _in_full(floor, number))
    }
    assert can[sent.number] == (True, True, False)
    assert can[waiting.number] == (False, False, False)
    assert can[nobody.number] == (False, False, True)


def test_receipt_of_an_erased_report_is_gone(floor: Floor) -> None:
    with pytest.raises(NotFound), floor.db.reading() as session:
        receipt_of(session, new_owner())


# nearby -----------------------------------------------------------------------------------------


def test_nearby_keeps_to_each_categorys_radius(floor: Floor, file_report: File) -> None:
    lon, lat = HERE
    near = file_report(contact=signed_in(), lat=lat + 49 * METRE)
    file_report(contact=signed_in(), lat=lat + 51 * METRE)
    dump = file_report(contact=signed_in(), lat=lat - 249 * METRE, category="waste.dump")
    file_report(contact=signed_in(), category="yards.lawn")
    found = _near(floor)
    assert [(one.number, one.distance_m) for one in found] == [(near.number, 49), (dump.number, 249)]
    assert _near(floor, lon=lon + 1) == ()
    assert _near(floor, radius_by_category={}) == ()
    assert _near(floor, radius_by_category={"roads.pothole": 0}) == ()


def test_private_unconfirmed_and_closed_never_appear(floor: Floor, file_report: File) -> None:
    file_report()
    file_report(contact=signed_in(), is_public=False)
    _fix(floor, file_report(contact=signed_in()))
    assert _near(floor) == ()
    shown = [file_report(contact=signed_in()), file_report(contact=signed_in(), route=NOWHERE)]
    assert {one.number for one in _near(floor)} == {one.number for one in shown}


def test_nearest_come_first_and_few(floor: Floor, file_report: File) -> None:
    lat = HERE[1]
    filed = [
        file_report(contact=signed_in(), lat=lat + away * METRE).number
        for away in (40, 10, 30, 20, 5, 45, 15)
    ]
    assert [one.number for one in _near(floor, most=3)] == [filed[4], filed[1], filed[6]]
    assert len(_near(floor)) == 5


def test_nearby_tells_nothing_of_the_person(floor: Floor, file_report: File) -> None:
    file_report(contact=signed_in(), is_name_public=True)
    told = repr(_near(floor))
    assert "Анна" not in told
    assert "anna@" not in told
    assert "Яма у остановки" in told


def test_nearby_shows_the_first_photo(floor: Floor, file_report: File) -> None:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "olive").save(out, "JPEG")
    owner = new_owner()
    with floor.db.writing() as session:
        kept = keep_picture(process_picture(out.getvalue()), files=floor.files)
        add_photo(session, kept, owner_id=owner, now=clock.now())
    file_report(contact=signed_in(), photo_owner=owner)
    (one,) = _near(floor)
    assert one.photo_url.startswith("/media/")


def test_row_shows_coordinates_where_no_address_is(floor: Floor, file_report: File) -> None:
    receipt = file_report(contact=signed_in(), address="")
    assert _in_full(floor, receipt.number).row.place == "55.10300, 38.75900"


def test_state_unknown_to_the_page_is_impossible(floor: Floor, file_report: File) -> None:
    """What the table holds is always one of the states: nothing else is ever written."""
    file_report()
    with floor.db.reading() as session:
        states = session.scalars(sa.select(Problem.state)).all()
    assert {State(state) for state in states} == {State.AWAITING_CONFIRMATION}
