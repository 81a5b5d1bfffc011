"""Until when a service must answer or fix: working and calendar days, counted where the problem is.

A deadline is a date there, and ends with that day. Working days come from the library of holidays,
which knows the days Russia moves, and a file of overrides for what the library does not know yet.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from importlib.resources import files
from typing import Literal

import holidays

DayKind = Literal["calendar", "working"]
MOST_DAYS = 366
_LAST_SECOND = time(23, 59, 59)
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class DeadlineRule:
    """So many working or calendar days after the day of the report; 0 is the same day."""

    days: int
    kind: DayKind

    def __post_init__(self) -> None:
        if not 0 <= self.days <= MOST_DAYS:
            raise ValueError(f"days must be 0 to {MOST_DAYS}, not {self.days}")
        if self.kind not in ("calendar", "working"):
            raise ValueError(f"kind must be calendar or working, not {self.kind!r}")


@dataclass(frozen=True, slots=True)
class MovedDays:
    """Overrides of the library: days off and days worked."""

    off: frozenset[date] = frozenset()
    working: frozenset[date] = frozenset()


class WorkingCalendar:
    """Which days are worked in a region of Russia. Years are read when first asked for and kept."""

    def __init__(self, moved: MovedDays = MovedDays()) -> None:
        self._moved = moved
        self._russia = holidays.country_holidays("RU", years=())
        self._years: Mapping[int, tuple[frozenset[date], frozenset[date]]] = {}

    def is_working(self, day: date) -> bool:
        """Say whether people work on the day: overrides first, then the country's decrees, then the week."""
        if day in self._moved.off:
            return False
        if day in self._moved.working:
            return True
        off, worked = self._year(day.year)
        return day in worked or (day not in off and day.weekday() < _SATURDAY)

    def working_day_after(self, day: date, count: int) -> date:
        """Give the `count`th working day after the day; for 0 the day itself or the next worked one."""
        if count == 0:
            return day if self.is_working(day) else self.working_day_after(day, 1)
        while count:
            day += timedelta(days=1)
            count -= self.is_working(day)
        return day

    def _year(self, year: int) -> tuple[frozenset[date], frozenset[date]]:
        known = self._years.get(year)
        if known is None:
            russia = holidays.country_holidays("RU", years=year)
            known = (frozenset(russia.keys()), frozenset(russia.weekend_workdays))
            # A new mapping instead of a changed one: other threads may be reading the old.
            self._years = {**self._years, year: known}
        return known


class Calendars:
    """The working calendar of each region; those without days of their own share the country's."""

    def __init__(self, country: MovedDays, regions: Mapping[str, MovedDays]) -> None:
        self._country = WorkingCalendar(country)
        self._regions = {
            region: WorkingCalendar(MovedDays(country.off | own.off, country.working | own.working))
            for region, own in regions.items()
        }

    def of(self, region: str) -> WorkingCalendar:
        """Give the calendar of a region's code."""
        return self._regions.get(region, self._country)


def due_at(start: datetime, rule: DeadlineRule, *, calendar: WorkingCalendar, timezone: tzinfo) -> datetime:
    """Give the last second of the due day in the place's own time, as UTC."""
    first = start.astimezone(timezone).date()
    if rule.kind == "working":
        last = calendar.working_day_after(first, rule.days)
    else:
        last = first + timedelta(days=rule.days)
    return datetime.combine(last, _LAST_SECOND, timezone).astimezone(UTC)


def read_calendars(text: str) -> Calendars:
    """Give the calendars with the overrides of a TOML text. Raises ValueError saying what is wrong."""
    table = tomllib.loads(text)
    regions = {code: _moved(own) for code, own in table.get("regions", {}).items()}
    return Calendars(_moved(table), regions)


def shipped_calendars() -> Calendars:
    """Give the calendars with the overrides that come with this version."""
    return read_calendars(files(__package__).joinpath("data/moved_days.toml").read_text("utf-8"))


def _moved(table: Mapping[str, object]) -> MovedDays:
    return MovedDays(_days(table.get("off", [])), _days(table.get("working", [])))


def _days(written: object) -> frozenset[date]:
    if not isinstance(written, list):
        raise ValueError("days are a list of YYYY-MM-DD")
    return frozenset(date.fromisoformat(str(day)) for day in written)
