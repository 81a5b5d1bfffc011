"""Due dates: working and calendar days in the place's own time."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from widget_server.routing.deadlines import (
    Calendars,
    DeadlineRule,
    MovedDays,
    WorkingCalendar,
    due_at,
    read_calendars,
    shipped_calendars,
)

MOSCOW = ZoneInfo("Europe/Moscow")
VLADIVOSTOK = ZoneInfo("Asia/Vladivostok")
RUSSIA = WorkingCalendar()
MOMENTS = st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
DAYS = st.integers(0, 60)
ZONES = st.sampled_from([MOSCOW, VLADIVOSTOK, ZoneInfo("Europe/Kaliningrad"), UTC])


def moscow_date(moment: datetime) -> date:
    return moment.astimezone(MOSCOW).date()


@pytest.mark.parametrize(
    ("day", "is_working"),
    [
        (date(2025, 11, 1), True),  # a Saturday worked for the Monday after
        (date(2025, 11, 3), False),
        (date(2026, 1, 9), False),
        (date(2026, 3, 9), False),
        (date(2026, 5, 11), False),
        (date(2026, 11, 4), False),
        (date(2026, 11, 23), True),
        (date(2026, 11, 21), False),
        (date(2026, 12, 31), False),
    ],
)
def test_russian_decrees_are_known(day, is_working):
    assert RUSSIA.is_working(day) is is_working


@pytest.mark.parametrize(
    ("start", "days", "kind", "due"),
    [
        ("2026-11-23T12:00", 1, "working", "2026-11-24"),
        ("2026-11-20T12:00", 1, "working", "2026-11-23"),
        ("2026-11-21T12:00", 1, "working", "2026-11-23"),
        ("2026-11-21T12:00", 0, "working", "2026-11-23"),
        ("2026-11-21T12:00", 0, "calendar", "2026-11-21"),
        ("2026-12-30T12:00", 1, "working", "2027-01-11"),
        ("2026-11-23T12:00", 12, "calendar", "2026-12-05"),
        ("2026-11-23T21:30", 1, "calendar", "2026-11-25"),  # after midnight in Moscow
    ],
)
def test_known_deadlines(start, days, kind, due):
    begun = datetime.fromisoformat(start).replace(tzinfo=UTC)
    found = due_at(begun, DeadlineRule(days, kind), calendar=RUSSIA, timezone=MOSCOW)
    assert moscow_date(found).isoformat() == due


@given(MOMENTS, DAYS, ZONES)
def test_deadline_ends_with_a_local_day(start, days, zone):
    due = due_at(start, DeadlineRule(days, "calendar"), calendar=RUSSIA, timezone=zone)
    assert due.tzinfo is UTC
    assert due.astimezone(zone).strftime("%H:%M:%S") == "23:59:59"
    assert due >= start.replace(microsecond=0)


@given(MOMENTS, DAYS, ZONES)
def test_working_deadline_falls_on_a_working_day(start, days, zone):
    due = due_at(start, DeadlineRule(days, "working"), calendar=RUSSIA, timezone=zone)
    assert RUSSIA.is_working(due.astimezone(zone).date())


@given(MOMENTS, DAYS, st.sampled_from(["calendar", "working"]))
def test_more_days_are_never_earlier(start, days, kind):
    shorter = due_at(start, DeadlineRule(days, kind), calendar=RUSSIA, timezone=MOSCOW)
    assert due_at(start, DeadlineRule(days + 1, kind), calendar=RUSSIA, timezone=MOSCOW) >= shorter


@given(MOMENTS, st.timedeltas(timedelta(0), timedelta(days=30)), DAYS)
def test_later_reports_are_never_due_earlier(start, later, days):
    rule = DeadlineRule(days, "working")
    first = due_at(start, rule, calendar=RUSSIA, timezone=MOSCOW)
    assert due_at(start + later, rule, calendar=RUSSIA, timezone=MOSCOW) >= first


@given(MOMENTS, DAYS)
def test_working_days_are_never_sooner_than_calendar_ones(start, days):
    plain = due_at(start, DeadlineRule(days, "calendar"), calendar=RUSSIA, timezone=MOSCOW)
    assert due_at(start, DeadlineRule(days, "working"), calendar=RUSSIA, timezone=MOSCOW) >= plain


@given(st.dates(date(2024, 1, 1), date(2027, 12, 1)), st.integers(1, 40))
def test_working_days_between_are_counted(day, count):
    last = RUSSIA.working_day_after(day, count)
    between = [day + timedelta(days=k) for k in range(1, (last - day).days + 1)]
    assert sum(map(RUSSIA.is_working, between)) == count


@pytest.mark.parametrize(("days", "kind"), [(-1, "working"), (367, "calendar"), (3, "business")])
def test_impossible_rules_are_refused(days, kind):
    with pytest.raises(ValueError, match="must be"):
        DeadlineRule(days, kind)


def test_overrides_win_over_the_library():
    day, saturday = date(2026, 11, 24), date(2026, 11, 28)
    moved = WorkingCalendar(MovedDays(off=frozenset([day]), working=frozenset([saturday])))
    assert not moved.is_working(day)
    assert moved.is_working(saturday)


def test_region_has_days_of_its_own():
    calendars = read_calendars('off = ["2026-11-24"]\n[regions."16"]\noff = ["2026-11-06"]\n')
    assert not calendars.of("16").is_working(date(2026, 11, 6))
    assert not calendars.of("16").is_working(date(2026, 11, 24))
    assert calendars.of("50").is_working(date(2026, 11, 6))


@pytest.mark.parametrize("text", ['off = "2026-01-01"', 'off = ["soon"]', "off = ["])
def test_wrong_file_of_moved_days_is_refused(text):
    with pytest.raises(ValueError):
        read_calendars(text)


def test_shipped_calendars_load():
    assert isinstance(shipped_calendars(), Calendars)
