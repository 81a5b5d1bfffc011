"""The demo's year of reports: told through the same services that citizens and officials use.

Every report is made, confirmed and answered at its own moment of the last twelve months, with the
clock stopped there. Seeded chance makes the same year each time. News of the past goes nowhere; the
few reports of the last hours are real ones, so that the mailbox has letters to show.
"""

import csv
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any, cast
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Flask
from sqlalchemy.orm import Session

from idp.kernel.ground import clock
from idp.kernel.ground.ids import new_id
from idp.kernel.outside.images import Picture
from idp.kernel.work.floor import Floor
from idp.kernel.work.outbox import Outbox
from widget_server.media import add_photo, keep_picture
from widget_server.partners import Diagnosis, find_host
from widget_server.privacy import REQUIRED, consent_texts
from widget_server.problems import (
    Action,
    Actor,
    ActorKind,
    DueCounter,
    Receipt,
    ReportFields,
    act,
    confirm,
    receivers_of,
    report,
    report_command,
)
from widget_server.problems.models import Problem
from widget_server.routing import PinDesk, Receiver, shipped_calendars, shipped_catalogue
from widget_server.settings import settings_of
from widget_server.territories import TerritoryIndexes

from .configuration import PARTNER_KEYS
from .past import import_past
from .people import ANNA, Person
from .pictures import USUAL_SUBJECT, draw_pictures
from .plan import DOBRO, GOROD

COUNT = 312
FRESH = 3
_WAITING = 9
_DAYS = 365
_DATA = Path(__file__).resolve().parent.parent / "demo_data"
_ZONE = ZoneInfo("Europe/Moscow")
_NAMES = ("Мария", "Алексей", "Ольга", "Сергей", "Наталья", "Дмитрий", "Елена", "Игорь", "Татьяна", "Рустам")
_MAILBOXES = ("maria", "alexey", "olga", "sergey", "natalia", "dmitry", "elena", "igor", "tatiana", "rustam")
# How old a report is in days, and how much of such reports came to which end; none is still untouched.
_FATES: Sequence[tuple[int, Mapping[Action | None, int]]] = (
    (40, {Action.FIX: 66, Action.REFUSE: 12, Action.ANSWER: 10, Action.TAKE: 7, None: 5}),
    (12, {Action.FIX: 40, Action.REFUSE: 8, Action.ANSWER: 20, Action.TAKE: 18, None: 14}),
    (0, {Action.FIX: 14, Action.REFUSE: 4, Action.ANSWER: 10, Action.TAKE: 26, None: 46}),
)
# Коломна mostly, a part of Москва, and Луховицы, where only the region's services work.
_CITIES = {"Коломна": 72, "Москва": 24, "Луховицы": 4}
_LUKHOVITSY = ("Луховицы", 39.1250, 54.9800)


class _Unheard(Outbox):
    """An outbox for the past: nobody gets letters about it today."""

    def emit(self, *_news: Any, **_rest: Any) -> None:
        """Drop the news."""


@dataclass(frozen=True, slots=True)
class _Kind:
    """A kind of problem in the demo's data."""

    category: str
    share: int
    texts: Sequence[str]
    months: Sequence[int] = tuple(range(1, 13))
    answers: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class _Street:
    """Where problems happen."""

    city: str
    address: str
    lon: float
    lat: float


@dataclass(frozen=True, slots=True)
class _Filed:
    """A report that was stored: what its later story needs."""

    receipt: Receipt
    receiver: Receiver | None
    at: datetime
    group: str


def seed_reports(window: Flask, subjects: Mapping[Person, UUID]) -> None:
    """Fill the window with a year of reports, older first."""
    pictures = draw_pictures()
    floor = cast(Floor, window.extensions["floor"])
    with window.app_context(), floor.db.writing() as session:
        year = _Year(session, floor, pictures, str(subjects[ANNA]))
        import_past(
            session, partner_id=year.partners[0], index=TerritoryIndexes().current(session), now=year.now
        )
        year.tell()


class _Year:
    """The year while it is being told, in one transaction."""

    def __init__(
        self, session: Session, floor: Floor, pictures: Mapping[str, tuple[Picture, ...]], anna: str
    ) -> None:
        self._session, self._floor, self._pictures, self._anna = session, floor, pictures, anna
        self.now = clock.now()
        self.partners = [_partner_id(session, PARTNER_KEYS[site]) for site in (DOBRO, GOROD)]
        self._chance = Random(2026)  # noqa: S311  # the same year at every first start, no secrets
        self._catalogue = shipped_catalogue()
        self._desk = PinDesk(self._catalogue, calendars=shipped_calendars(), indexes=TerritoryIndexes())
        table = tomllib.loads((_DATA / "reports.toml").read_text("utf-8"))
        self._kinds = [_Kind(**kind) for kind in table["kind"]]
        self._words = table["words"]
        self._streets = _streets()
        self._unheard = _Unheard(floor.outbox.table)

    def tell(self) -> None:
        """Tell the whole year, then the reports of the last days that nobody confirmed, then today's."""
        told = COUNT - _WAITING - FRESH
        ages = sorted((_DAYS * self._chance.random() ** 1.3 + 0.2 for _ in range(told)), reverse=True)
        for age in ages:
            self._story(self._daytime(self.now - timedelta(days=age)))
        for hours in sorted((self._chance.uniform(2, 400) for _ in range(_WAITING)), reverse=True):
            self._file(self.now - timedelta(hours=hours), is_guest=True, outbox=self._unheard)
        for minutes in (150, 55, 20):
            is_guest = minutes != 55
            filed = self._file(
                self.now - timedelta(minutes=minutes), is_guest=is_guest, outbox=self._floor.outbox
            )
            if minutes == 150:
                self._confirm(filed, self._floor.outbox)

    def _story(self, at: datetime) -> None:
        is_guest = self._chance.random() > 0.08
        filed = self._file(at, is_guest=is_guest, outbox=self._unheard)
        if is_guest:
            filed = self._confirm(filed, self._unheard)
        if filed.receiver is not None:
            self._answer(filed, filed.receiver.code)

    def _file(self, at: datetime, *, is_guest: bool, outbox: Outbox) -> _Filed:
        kind, street = self._kind(at), self._street()
        house = self._chance.randint(1, 64)
        lon, lat = (street.lon + self._metres(90) * 1.75, street.lat + self._metres(90))
        pin = self._desk.at_pin(self._session, lon=lon, lat=lat, now=self.now, language="ru")
        chosen = pin.category(kind.category)
        if chosen is None:
            raise ValueError(f"{kind.category} at {street.address}")
        entered = ReportFields(
            lon=lon,
            lat=lat,
            address=f"{street.address}, {house}",
            category=kind.category,
            description=self._chance.choice(kind.texts).format(house=house),
            answers=kind.answers or {},
            consents=tuple(purpose.value for purpose in REQUIRED),
            **self._contact(is_guest=is_guest),
        )
        possible = receivers_of(entered, chosen)
        receiver = self._chance.choice(possible) if possible else None
        entered = ReportFields(**{**entered.to_json(), "service": receiver.code if receiver else ""})
        group = chosen.card.group_code
        owner = self._photograph(group, at) if chosen.card.photo == "required" else None
        command = report_command(
            entered,
            pin=pin,
            partner_id=self._chance.choice(self.partners),
            origin="",
            language="ru",
            asked=self._consents(receiver),
            photo_owner=owner,
            photo_count=int(owner is not None),
        )
        count_due = DueCounter(self._desk.calendars, region=pin.region, timezone=pin.timezone)
        with clock.frozen(at):
            receipt = report(self._session, command, count_due=count_due, outbox=outbox, now=at)
        return _Filed(receipt, receiver, at, group)

    def _confirm(self, filed: _Filed, outbox: Outbox) -> _Filed:
        at = min(filed.at + timedelta(minutes=self._chance.randint(2, 90)), self.now)
        self._session.flush()
        problem = self._session.get_one(Problem, filed.receipt.problem_id)
        if problem.reporter_id is None:
            raise ValueError(problem.number)
        count_due = DueCounter(self._desk.calendars, region=problem.region, timezone=_ZONE.key)
        with clock.frozen(at):
            receipt = confirm(self._session, problem.reporter_id, count_due=count_due, outbox=outbox, now=at)
        return _Filed(receipt, filed.receiver, at, filed.group)

    def _answer(self, filed: _Filed, service_code: str) -> None:
        """Let the service act up to the report's fate, in working hours and never after today."""
        at, actor = filed.at, Actor(ActorKind.SERVICE, service_code=service_code)
        for action in self._steps(self._fate(filed.at)):
            at = self._office_hour(at + timedelta(days=self._chance.uniform(1, 7)))
            if at > self.now:
                return
            with clock.frozen(at):
                text = self._said(action, filed.group)
                number = filed.receipt.number
                act(self._session, number, action, text=text, actor=actor, outbox=self._unheard, now=at)

    def _fate(self, at: datetime) -> Action | None:
        age = (self.now - at).days
        shares = next(shares for least, shares in _FATES if age >= least)
        return self._chance.choices(list(shares), list(shares.values()))[0]

    def _steps(self, fate: Action | None) -> list[Action]:
        if fate is None:
            return []
        before = [step for step in (Action.TAKE, Action.ANSWER) if self._chance.random() < 0.45]
        return [*(step for step in before if step is not fate), fate] if fate is not Action.TAKE else [fate]

    def _said(self, action: Action, group: str) -> str:
        words = self._words[action.value]
        return str(self._chance.choice(words.get(group, words["*"])))

    def _kind(self, at: datetime) -> _Kind:
        month = at.astimezone(_ZONE).month
        possible = [kind for kind in self._kinds if month in kind.months]
        return self._chance.choices(possible, [kind.share for kind in possible])[0]

    def _street(self) -> _Street:
        city = self._chance.choices(list(_CITIES), list(_CITIES.values()))[0]
        return self._chance.choice([street for street in self._streets if street.city == city])

    def _contact(self, *, is_guest: bool) -> dict[str, Any]:
        if not is_guest:
            return {"email": ANNA.email, "name": ANNA.name, "sub": self._anna, "level": 1}
        who = self._chance.randrange(len(_NAMES))
        return {"email": f"{_MAILBOXES[who]}{self._chance.randint(1, 99)}@example.org", "name": _NAMES[who]}

    def _photograph(self, group: str, at: datetime) -> UUID:
        owner = new_id()
        picture = self._chance.choice(self._pictures.get(group, self._pictures[USUAL_SUBJECT]))
        kept = keep_picture(picture, files=self._floor.files)
        add_photo(self._session, kept, owner_id=owner, now=at)
        return owner

    def _consents(self, receiver: Receiver | None) -> Any:
        operator = settings_of(self._floor).operator_name_ru
        return consent_texts("ru", operator=operator, receiver=receiver.name if receiver else operator)

    def _metres(self, most: int) -> float:
        """Give a latitude's difference of at most so many metres; chance decides."""
        return self._chance.uniform(-most, most) / 111_320

    def _daytime(self, at: datetime) -> datetime:
        """Move a moment to when people are awake, on the same day there."""
        moved = at.astimezone(_ZONE).replace(
            hour=self._chance.randint(7, 22), minute=self._chance.randrange(60)
        )
        return moved if moved < self.now else at

    def _office_hour(self, at: datetime) -> datetime:
        local = at.astimezone(_ZONE).replace(
            hour=self._chance.randint(9, 17), minute=self._chance.randrange(60)
        )
        return local + timedelta(days=max(0, 7 - local.weekday()) if local.weekday() > 4 else 0)


def _partner_id(session: Session, key: str) -> UUID:
    host = find_host(session, key, referer=None)
    if isinstance(host, Diagnosis):
        raise ValueError(key)
    return host.partner_id


def _streets() -> list[_Street]:
    with (_DATA / "streets.csv").open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["kind"] == "street"]
    named = [(row["label"].rpartition(", "), float(row["lon"]), float(row["lat"])) for row in rows]
    found = [_Street(city, f"{city}, {street}", lon, lat) for (street, _, city), lon, lat in named]
    city, lon, lat = _LUKHOVITSY
    return [*found, _Street(city, f"{city}, улица Пушкина", lon, lat)]
