"""The categories: what people report, with the rules of each, as frozen values read from data.

Pure: a table in, a catalogue out, or one error that names the place in the file. Whoever serves a
category is not here but in `receivers`; typed search is in `search`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from widget_server.routing.deadlines import DeadlineRule

if TYPE_CHECKING:
    from widget_server.routing.search import CategorySearch

Need = Literal["required", "optional"]
QuestionKind = Literal["singlevalue", "text", "number"]
Visibility = Literal["public", "private"]
PlaceLevel = Literal["point", "house", "road", "route", "none"]


@dataclass(frozen=True, slots=True)
class Words:
    """One text in both languages."""

    ru: str
    en: str

    def in_language(self, language: str) -> str:
        """Give the text in the language, Russian unless English is asked for."""
        return self.en if language == "en" and self.en else self.ru


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a question."""

    value: str
    label: Words


@dataclass(frozen=True, slots=True)
class Question:
    """An extra question of a category; at most one of a category changes who receives the report."""

    key: str
    label: Words
    kind: QuestionKind
    is_required: bool
    options: tuple[Option, ...]
    changes_receiver: bool


@dataclass(frozen=True, slots=True)
class Season:
    """The part of the year in which a category is offered first; it may run over New Year."""

    first: tuple[int, int]
    last: tuple[int, int]

    def includes(self, day: date) -> bool:
        """Say whether the day is in season, both ends included."""
        here = (day.month, day.day)
        if self.first <= self.last:
            return self.first <= here <= self.last
        return here >= self.first or here <= self.last


@dataclass(frozen=True, slots=True)
class Group:
    """A group of categories."""

    code: str
    label: Words


@dataclass(frozen=True, slots=True)
class Category:
    """A kind of problem and its rules. The code is "group.theme" and never changes."""

    code: str
    group_code: str
    label: Words
    keywords_ru: tuple[str, ...]
    keywords_en: tuple[str, ...]
    photo: Need
    text: Need
    questions: tuple[Question, ...]
    season: Season | None
    stop: Words | None
    visibility: Visibility
    answer: DeadlineRule
    fix: DeadlineRule | None
    place: PlaceLevel
    nearby_radius_m: int

    @property
    def deciding_question(self) -> Question | None:
        """Give the question whose answer changes the receiver."""
        return next((question for question in self.questions if question.changes_receiver), None)

    def is_in_season(self, day: date) -> bool:
        """Say whether the category is offered first on the day."""
        return self.season is None or self.season.includes(day)


class Catalogue:
    """All groups and categories in the order of the file. Never changed after it is built."""

    def __init__(self, groups: Iterable[Group], categories: Iterable[Category]) -> None:
        self.groups = tuple(groups)
        self.categories = tuple(categories)
        self._groups = {group.code: group for group in self.groups}
        self._categories = {category.code: category for category in self.categories}

    @cached_property
    def _search(self) -> "CategorySearch":
        """Made when first asked for: stemming all words takes a fifth of a second."""
        from widget_server.routing.search import CategorySearch  # it needs the values above

        return CategorySearch(self.categories, self._groups)

    def category(self, code: str) -> Category | None:
        """Give the category of a code."""
        return self._categories.get(code)

    def group(self, code: str) -> Group | None:
        """Give the group of a code."""
        return self._groups.get(code)

    def group_of(self, category: Category) -> Group:
        """Give the group a category belongs to."""
        return self._groups[category.group_code]

    def in_group(self, code: str) -> tuple[Category, ...]:
        """Give the categories of a group."""
        return tuple(category for category in self.categories if category.group_code == code)

    def knows_scope(self, scope: str) -> bool:
        """Say whether a scope of responsibility means something: a category, a group or all ("*")."""
        return scope == "*" or scope in self._groups or scope in self._categories

    def search(self, text: str, *, language: str = "ru", limit: int = 8) -> tuple[Category, ...]:
        """Give the categories that the typed words mean, the likeliest first."""
        return tuple(
            self._categories[code] for code in self._search.find(text, language=language, limit=limit)
        )

    def search_words(self, language: str) -> Mapping[str, tuple[str, ...]]:
        """Give the stems of each category's words by its code, for a search that needs no network."""
        return self._search.stems(language)
