"""The command that both doors, the form without scripts and the API, build in one function each.

Everything in it has been checked: a ReportCommand that exists can be carried out.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from widget_server.privacy import ConsentGiven

from .states import State


@dataclass(frozen=True, slots=True)
class ClockRules:
    """What the service promises: days and their kind ("working" or "calendar"), for answer and fix."""

    answer: tuple[int, str] | None
    fix: tuple[int, str] | None


@dataclass(frozen=True, slots=True)
class Route:
    """Where a report goes: the service (none when nobody serves), its territory, what it promises."""

    service_code: str
    territory_code: str
    region: str
    rules: ClockRules


@dataclass(frozen=True, slots=True)
class Contact:
    """Who reports: `sub` is empty for a guest; `level` is the assurance level 0 to 3 known so far."""

    email: str
    name: str
    sub: str = ""
    level: int = 0

    @property
    def is_confirmed(self) -> bool:
        """Say whether the e-mail needs no confirmation of ours any more."""
        return bool(self.sub) and self.level >= 1


@dataclass(frozen=True, slots=True)
class ReportCommand:
    """One report, ready to be stored. `photo_owner` is the key whose photos become the problem's."""

    partner_id: UUID
    language: str
    lon: float
    lat: float
    address: str
    category: str
    is_public: bool
    route: Route
    description: str
    answers: Mapping[str, str]
    contact: Contact
    consents: tuple[ConsentGiven, ...]
    photo_owner: UUID | None = None
    is_name_public: bool = False


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the reporter gets at once: the public number and where it stands."""

    problem_id: UUID
    number: str
    state: State


@dataclass(frozen=True, slots=True)
class Actor:
    """Who moves a problem: `service_code` bounds what they may touch, none bounds nothing (staff)."""

    kind: str
    sub: str = ""
    service_code: str | None = field(default=None)


@dataclass(frozen=True, slots=True)
class DueDates:
    """The two deadlines counted from one moment."""

    answer: datetime | None
    fix: datetime | None
