"""The console's addresses and forms are parsed once, and nothing strange passes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.kernel.ground.faults import Invalid, NotFound
from idp.kernel.web.cursors import CursorWrong, encode_cursor
from widget_server.console import schemas
from widget_server.problems import Action, ReportFilter

KEY = "01a2096b-9fc9-7739-8635-2fd58cc7181b"


def test_unknown_filters_narrow_nothing() -> None:
    entered = {"category": "\x00", "service": "'; DROP"}
    wanted = schemas.filter_of(entered, ["king", "\x00"], categories={"roads.pothole"}, services={"roads"})
    assert wanted == ReportFilter()


def test_filter_is_spelled_as_it_was_read() -> None:
    entered = {"category": "roads.pothole", "service": "roads", "overdue": "1"}
    wanted = schemas.filter_of(entered, ["sent"], categories={"roads.pothole"}, services={"roads"})
    assert schemas.filter_query(wanted) == {**entered, "state": ["sent"]}


@pytest.mark.parametrize(
    "cursor", ["x", encode_cursor([1, "no key"]), encode_cursor([2**63, KEY]), encode_cursor([KEY])]
)
def test_foreign_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(CursorWrong):
        schemas.queue_cursor(cursor)


@pytest.mark.parametrize("cursor", ["x", encode_cursor(["no key"]), encode_cursor([1])])
def test_foreign_cursor_of_own_list_is_refused(cursor: str) -> None:
    with pytest.raises(CursorWrong):
        schemas.own_cursor(cursor)


def test_our_cursor_is_taken() -> None:
    for cursor in ("", encode_cursor([5, KEY])):
        assert schemas.queue_cursor(cursor) == cursor


@given(st.text(max_size=30))
def test_number_is_plain_or_no_page(text: str) -> None:
    try:
        number = schemas.report_number(text)
    except NotFound:
        return
    assert number.isascii()
    assert number.isprintable()
    assert len(number) <= schemas.LONGEST_NUMBER


@pytest.mark.parametrize("action", ["", "assign", "report", "import", "drop"])
def test_only_staff_steps_are_taken(action: str) -> None:
    with pytest.raises(Invalid):
        schemas.step_of({"action": action, "text": "x"})


@pytest.mark.parametrize("action", ["answer", "fix", "refuse"])
@pytest.mark.parametrize("text", ["", " \n", "\x00", "x" * 4001])
def test_answer_needs_words_of_bounded_length(action: str, text: str) -> None:
    with pytest.raises(Invalid):
        schemas.step_of({"action": action, "text": text})


def test_taking_into_work_needs_no_words() -> None:
    assert schemas.step_of({"action": "take", "text": "ignored"}) == schemas.Step(Action.TAKE, "")
