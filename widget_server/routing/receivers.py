"""Who serves a point for a category: the rule of the most specific responsibility, and borders.

A responsibility holds for a territory, for a category, a group or everything, and may hold only for
one answer to the category's deciding question. An operator's priority wins over everything; then an
answer that fits, the narrower scope, the smaller territory. Equals are all shown and the person
picks. Near a border every side gives its own, because neither the pin nor the line is that exact.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from idp.kernel.ground.text import comparable
from widget_server.routing.catalogue import Category, Words
from widget_server.routing.deadlines import DeadlineRule
from widget_server.territories import TerritoryAt, TerritoryIndex

BORDER_M = 50.0
EVERYTHING = "*"

Why = Literal["place", "answer", "border"]
Chain = Sequence[TerritoryAt]


@dataclass(frozen=True, slots=True)
class AuthorityCard:
    """A responsible service as people may see it."""

    id: UUID
    code: str
    name: Words
    short_name: Words
    to_ru: str
    phone: str
    site: str
    legal_note: Words

    def to(self, language: str) -> str:
        """Give the name as it follows "send to": in Russian the accusative, without the preposition."""
        return self.short_name.en if language == "en" else self.to_ru


@dataclass(frozen=True, slots=True)
class Duty:
    """One responsibility: who, where, for what, under which answer, and deadlines of its own."""

    authority: AuthorityCard
    territory_code: str
    scope: str
    question: str = ""
    value: str = ""
    answer: DeadlineRule | None = None
    fix: DeadlineRule | None = None
    priority: int = 0


@dataclass(frozen=True, slots=True)
class Choice:
    """A duty that applies at a place, with the territory it holds for and why it was chosen."""

    duty: Duty
    territory: TerritoryAt
    why: Why


@dataclass(frozen=True, slots=True)
class Served:
    """A duty found for a category on one side, with its answer in the form in which answers are compared."""

    duty: Duty
    territory: TerritoryAt
    value_key: str


class Duties:
    """All responsibilities of one revision, by territory and scope. Never changed after it is built."""

    def __init__(self, duties: Iterable[Duty], *, revision: str = "") -> None:
        self.revision = revision
        self._by_place: dict[tuple[str, str], list[tuple[Duty, str]]] = {}
        self._scopes: set[str] = set()
        for duty in duties:
            self._scopes.add(duty.scope)
            place = (duty.territory_code, duty.scope)
            self._by_place.setdefault(place, []).append((duty, answer_key(duty.value)))

    def kind(self, category: Category) -> tuple[str, ...]:
        """Give what the duties of a category depend on: those of one kind are served alike everywhere."""
        named = (scope for scope in (category.code, category.group_code) if scope in self._scopes)
        return (category.deciding_question.key if category.deciding_question else "", *named)

    def serving(self, chain: Chain, category: Category) -> list[Served]:
        """Give the duties of a chain that cover the category under any answer."""
        found, question = self._by_place, category.deciding_question
        asked = ("", question.key if question else "")
        return [
            Served(duty, place, value_key)
            for place in chain
            for scope in (category.code, category.group_code, EVERYTHING)
            for duty, value_key in found.get((place.code, scope), ())
            if duty.question in asked
        ]


def answer_key(text: str) -> str:
    """Give the form in which answers are compared: letters and digits, and of "автобус № 20а" only "20а"."""
    words = re.findall(r"[^\W_]+", comparable(text.replace("№", " ")).replace("ё", "е"))
    numbered = [word for word in words if any(character.isdigit() for character in word)]
    return "".join(numbered or words)


def sides(index: TerritoryIndex, here: Chain, near: Chain) -> tuple[Chain, ...]:
    """Give the chains of territories a pin may belong to: its own, and one per neighbour within reach."""
    larger = {above.code for place in near for above in index.ancestors(place.code)}
    others = [(place, *index.ancestors(place.code)) for place in near if place.code not in larger]
    return (here, *others) if here else tuple(others)


def choose(by_side: Sequence[Sequence[Served]], *, answer: str) -> tuple[Choice, ...]:
    """Give who serves on any of the sides under an answer to the deciding question, each service once.

    Nobody gives nothing. An answer that no duty names is as good as none.
    """
    chosen: dict[UUID, Choice] = {}
    key = answer_key(answer) if answer else ""
    for position, served in enumerate(by_side):
        for own in _most_specific(served, key):
            why: Why = "border" if position else "answer" if own.duty.question else "place"
            chosen.setdefault(own.duty.authority.id, Choice(own.duty, own.territory, why))
    return tuple(chosen.values())


def deciding_values(by_side: Sequence[Sequence[Served]]) -> tuple[str, ...]:
    """Give the answers to the deciding question under which somebody else may serve."""
    return tuple(dict.fromkeys(own.duty.value for served in by_side for own in served if own.duty.question))


def _most_specific(served: Sequence[Served], answer: str) -> list[Served]:
    fitting = [(_specificity(own), own) for own in served if not own.duty.question or own.value_key == answer]
    best = max((rank for rank, _ in fitting), default=None)
    return [own for rank, own in fitting if rank == best]


def _specificity(served: Served) -> tuple[int, int, int, int]:
    duty = served.duty
    scope = 0 if duty.scope == EVERYTHING else 2 if "." in duty.scope else 1
    return (duty.priority, int(bool(duty.question)), scope, -served.territory.level.rank)
