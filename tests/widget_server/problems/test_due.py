"""Both deadlines of a promise, by the region's working calendar and clock."""

from datetime import UTC, datetime

from widget_server.problems import ClockRules, DueCounter
from widget_server.routing import shipped_calendars

CALENDARS = shipped_calendars()
WEDNESDAY = datetime(2026, 6, 10, 9, tzinfo=UTC)


def _count(
    rules: ClockRules, start: datetime = WEDNESDAY, zone: str = "Europe/Moscow"
) -> tuple[object, object]:
    due = DueCounter(CALENDARS, region="50", timezone=zone)(start, rules)
    return due.answer, due.fix


def test_promise_not_made_has_no_date() -> None:
    assert _count(ClockRules(None, None)) == (None, None)


def test_working_days_jump_over_holidays() -> None:
    """12 June is a holiday, 13 and 14 a weekend."""
    answer, _ = _count(ClockRules((2, "working"), None))
    assert answer == datetime(2026, 6, 15, 20, 59, 59, 999999, tzinfo=UTC).replace(
        microsecond=answer.microsecond
    )  # type: ignore[attr-defined]


def test_calendar_days_count_every_day() -> None:
    _, fix = _count(ClockRules(None, (30, "calendar")))
    assert fix
    assert (fix.month, fix.day, fix.hour) == (7, 10, 20)  # type: ignore[attr-defined]


def test_day_is_the_places_own() -> None:
    late = datetime(2026, 6, 9, 18, tzinfo=UTC)
    moscow, _ = _count(ClockRules((1, "calendar"), None), late)
    kamchatka, _ = _count(ClockRules((1, "calendar"), None), late, "Asia/Kamchatka")
    assert moscow == datetime(2026, 6, 10, 20, 59, 59, tzinfo=UTC).replace(microsecond=moscow.microsecond)  # type: ignore[attr-defined]
    assert kamchatka
    assert (kamchatka.day, kamchatka.hour) == (11, 11)  # type: ignore[attr-defined]
