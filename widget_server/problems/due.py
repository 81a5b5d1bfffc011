"""Counting deadlines from a moment, by the working calendar and the time zone of the region."""

from datetime import datetime
from zoneinfo import ZoneInfo

from widget_server.routing import Calendars, DeadlineRule, due_at

from .commands import ClockRules, DueDates


class DueCounter:
    """Counts both deadlines of a promise for one region."""

    def __init__(self, calendars: Calendars, *, region: str, timezone: str) -> None:
        self._calendar = calendars.of(region)
        self._zone = ZoneInfo(timezone)

    def __call__(self, start: datetime, rules: ClockRules) -> DueDates:
        """Give the last second of both due days; a promise not made has no date."""
        return DueDates(self._count(start, rules.answer), self._count(start, rules.fix))

    def _count(self, start: datetime, rule: tuple[int, str] | None) -> datetime | None:
        if rule is None:
            return None
        days, kind = rule
        checked = DeadlineRule(days, "working" if kind == "working" else "calendar")
        return due_at(start, checked, calendar=self._calendar, timezone=self._zone)
