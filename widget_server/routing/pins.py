"""Everything a form needs to know about one pin, in one frozen answer.

Pure: the index of territories, the duties and the catalogue go in. All categories come out with
their rules, texts in the person's language, receivers and due dates, also per answer that changes
the receiver, so that no later choice in the form needs the network.
"""

import math
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from idp.kernel.ground.faults import FieldFault, Invalid
from widget_server.routing.cards import Cards, CategoryCard, GroupCard
from widget_server.routing.catalogue import Catalogue, Category
from widget_server.routing.deadlines import Calendars, DeadlineRule, due_at
from widget_server.routing.receivers import (
    BORDER_M,
    Chain,
    Choice,
    Duties,
    Served,
    Why,
    answer_key,
    choose,
    deciding_values,
    sides,
)
from widget_server.territories import TerritoryAt, TerritoryIndex

DEFAULT_TIMEZONE = "Europe/Moscow"
OUTSIDE = (
    "This place is outside the territories that this service covers. Move the pin or enter another address."
)


class ImpossiblePlace(Invalid):
    """The coordinates are not a place on Earth."""

    code = "impossible-place"
    detail = "Choose a place on the map or enter an address"


class UnknownCategory(Invalid):
    """There is no such category."""

    code = "unknown-category"
    detail = "Choose what the problem is about from the list"


@dataclass(frozen=True, slots=True)
class PlaceName:
    """A territory of the chain, named in the person's language."""

    code: str
    level: str
    name: str


@dataclass(frozen=True, slots=True)
class Receiver:
    """A service that gets the report: its names, why it, and until when it must answer and fix."""

    authority_id: UUID
    code: str
    name: str
    short_name: str
    to: str
    phone: str
    site: str
    legal_note: str
    territory: PlaceName
    why: Why
    answer_rule: DeadlineRule
    answer_due_at: datetime
    fix_rule: DeadlineRule | None
    fix_due_at: datetime | None


@dataclass(frozen=True, slots=True)
class AnswerReceivers:
    """Who serves when the deciding question gets this answer (compared by `answer_key`)."""

    question: str
    value: str
    receivers: tuple[Receiver, ...]


@dataclass(frozen=True, slots=True)
class PinCategory:
    """A category at a pin: no receivers means that nobody serves it and the platform's staff keep it."""

    card: CategoryCard
    is_in_season: bool
    receivers: tuple[Receiver, ...]
    by_answer: tuple[AnswerReceivers, ...]

    def receivers_for(self, answer: str | None) -> tuple[Receiver, ...]:
        """Give the receivers under an answer to the deciding question, as a person typed or chose it."""
        asked = answer_key(answer or "")
        same = (own.receivers for own in self.by_answer if answer_key(own.value) == asked)
        return next(same, self.receivers)


@dataclass(frozen=True, slots=True)
class PinAnswer:
    """All that is known about a pin. `message` is the id of a sentence for people, or empty."""

    lon: float
    lat: float
    territories: tuple[PlaceName, ...]
    neighbours: tuple[PlaceName, ...]
    region: str
    timezone: str
    is_outside: bool
    message: str
    groups: tuple[GroupCard, ...]
    categories: tuple[PinCategory, ...]

    def category(self, code: str) -> PinCategory | None:
        """Give the category of a code."""
        return next((own for own in self.categories if own.card.code == code), None)


class AnswerMemory:
    """The categories of the last kinds of pins, because pins of one place and day have the same ones."""

    def __init__(self, size: int = 256) -> None:
        self._size = size
        self._lock = threading.Lock()
        self._held: OrderedDict[object, tuple[PinCategory, ...]] = OrderedDict()

    def recall(self, key: object) -> tuple[PinCategory, ...] | None:
        """Give what was kept under a key and is still there."""
        with self._lock:
            if key in self._held:
                self._held.move_to_end(key)
            return self._held.get(key)

    def keep(self, key: object, categories: tuple[PinCategory, ...]) -> None:
        """Keep categories, at the cost of those that were not asked for longest."""
        with self._lock:
            self._held[key] = categories
            if len(self._held) > self._size:
                self._held.popitem(last=False)


@dataclass(frozen=True, slots=True)
class Ground:
    """What stays the same from pin to pin, of one revision: territories, duties, categories, calendars."""

    index: TerritoryIndex
    duties: Duties
    catalogue: Catalogue
    calendars: Calendars
    cards: Cards
    memory: AnswerMemory = field(default_factory=AnswerMemory)


def at_pin(ground: Ground, *, lon: float, lat: float, now: datetime, language: str) -> PinAnswer:
    """Give the whole answer for a pin. Raises ImpossiblePlace."""
    spot = _Spot(ground, lon, lat, now, language)
    return PinAnswer(
        lon=lon,
        lat=lat,
        territories=tuple(_place_name(place, language) for place in spot.here),
        neighbours=tuple(_place_name(place, language) for place in spot.near),
        region=spot.region,
        timezone=spot.timezone,
        is_outside=not spot.chains,
        message="" if spot.chains else OUTSIDE,
        groups=ground.cards.groups(language) if spot.chains else (),
        categories=spot.categories() if spot.chains else (),
    )


def receivers_at(
    ground: Ground,
    *,
    lon: float,
    lat: float,
    category_code: str,
    answers: Mapping[str, str],
    now: datetime,
    language: str,
) -> tuple[Receiver, ...]:
    """Give who serves one category under the answers given. Raises ImpossiblePlace, UnknownCategory."""
    category = ground.catalogue.category(category_code)
    if category is None:
        raise UnknownCategory(fields=[FieldFault("category", UnknownCategory.detail)])
    question = category.deciding_question
    answer = answers.get(question.key, "") if question else ""
    spot = _Spot(ground, lon, lat, now, language)
    return spot.receivers(category, answer)


_BySide = Sequence[Sequence[Served]]


class _Spot:
    """One pin while its answer is put together."""

    def __init__(self, ground: Ground, lon: float, lat: float, now: datetime, language: str) -> None:
        _refuse_impossible(lon, lat)
        self._ground, self._now, self._language = ground, now, language
        self.here: Chain = ground.index.at(lon=lon, lat=lat)
        self.near: Chain = ground.index.near_border(lon=lon, lat=lat, within_m=BORDER_M)
        self.chains = sides(ground.index, self.here, self.near)
        main = self.chains[0] if self.chains else ()
        self.region = next((place.region for place in main if place.region), "")
        self.timezone = next((place.timezone for place in main if place.timezone), DEFAULT_TIMEZONE)
        self._zone = ZoneInfo(self.timezone)
        self._today = now.astimezone(self._zone).date()
        # The same service with the same deadlines serves many categories: made once a pin.
        self._dues: dict[DeadlineRule, datetime] = {}
        self._receivers: dict[object, Receiver] = {}
        # And categories of one kind are served alike: found and chosen once a kind.
        self._sides: dict[object, _BySide] = {}
        self._choices: dict[object, tuple[Choice, ...]] = {}

    def categories(self) -> tuple[PinCategory, ...]:
        key = (
            tuple(tuple(place.code for place in chain) for chain in self.chains),
            self._today,
            self._language,
        )
        known = self._ground.memory.recall(key)
        if known is None:
            known = tuple(map(self._category, self._ground.catalogue.categories))
            self._ground.memory.keep(key, known)
        return known

    def _category(self, category: Category) -> PinCategory:
        question = category.deciding_question
        return PinCategory(
            card=self._ground.cards.category(category.code, self._language),
            is_in_season=category.is_in_season(self._today),
            receivers=self.receivers(category, ""),
            by_answer=tuple(
                AnswerReceivers(question.key, value, self.receivers(category, value))
                for value in deciding_values(self._served(category))
                if question
            ),
        )

    def receivers(self, category: Category, answer: str) -> tuple[Receiver, ...]:
        key = (self._ground.duties.kind(category), answer)
        if key not in self._choices:
            self._choices[key] = choose(self._served(category), answer=answer)
        return tuple(self._receiver(choice, category) for choice in self._choices[key])

    def _served(self, category: Category) -> _BySide:
        kind = self._ground.duties.kind(category)
        if kind not in self._sides:
            self._sides[kind] = [self._ground.duties.serving(chain, category) for chain in self.chains]
        return self._sides[kind]

    def _receiver(self, choice: Choice, category: Category) -> Receiver:
        answer, fix = choice.duty.answer or category.answer, choice.duty.fix or category.fix
        key = (choice.duty.authority.id, choice.territory.code, choice.why, answer, fix)
        if key not in self._receivers:
            self._receivers[key] = self._new_receiver(choice, answer, fix)
        return self._receivers[key]

    def _new_receiver(self, choice: Choice, answer: DeadlineRule, fix: DeadlineRule | None) -> Receiver:
        authority, language = choice.duty.authority, self._language
        return Receiver(
            authority_id=authority.id,
            code=authority.code,
            name=authority.name.in_language(language),
            short_name=authority.short_name.in_language(language),
            to=authority.to(language),
            phone=authority.phone,
            site=authority.site,
            legal_note=authority.legal_note.in_language(language),
            territory=_place_name(choice.territory, language),
            why=choice.why,
            answer_rule=answer,
            answer_due_at=self._due(answer),
            fix_rule=fix,
            fix_due_at=self._due(fix) if fix else None,
        )

    def _due(self, rule: DeadlineRule) -> datetime:
        if rule not in self._dues:
            calendar = self._ground.calendars.of(self.region)
            self._dues[rule] = due_at(self._now, rule, calendar=calendar, timezone=self._zone)
        return self._dues[rule]


def _refuse_impossible(lon: float, lat: float) -> None:
    if not (math.isfinite(lon) and math.isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90):
        raise ImpossiblePlace(fields=[FieldFault("place", ImpossiblePlace.detail)])


def _place_name(place: TerritoryAt, language: str) -> PlaceName:
    return PlaceName(place.code, place.level.value, place.name(language))
