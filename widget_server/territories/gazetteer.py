"""Words a person types, found among known places: a list of names of our own instead of a foreign geocoder.

Names are cut into words without case, ё and generic words (улица, г, дом); every beginning of a word
is kept as a row, so that each look-up is an equality on an index, on any engine, while the person is
still typing. Case forms are met by searching for the stem, which in Russian is the word's beginning.
Houses are not known: the number is left out of the search and stays in the person's own text.
"""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

import snowballstemmer

from idp.kernel.ground.text import comparable

LONGEST_PREFIX = 12
_MOST_WORDS = 8
_WORD = re.compile(r"\d+[а-яa-z]?(?![а-яa-z])|[а-яa-z]+")
_GENERIC_WORDS = """
улице улицу улицы проспекте проспекта переулке переулка площади проезде бульваре доме дома городе города
области районе района селе деревне поселке
улица ул проспект пр просп переулок пер площадь пл шоссе ш бульвар бул набережная наб проезд тупик
аллея дом д корпус корп к строение стр квартира кв город гор г область обл республика респ край
район р н село с деревня дер поселок пос п россия рф в на у street st avenue ave road square lane
house city
"""
_GENERIC = frozenset(_GENERIC_WORDS.split())


@dataclass(frozen=True, slots=True)
class FoundPlace:
    """A place that was found by its name; `kind` is a word such as city, street or square."""

    label_ru: str
    label_en: str
    lon: float
    lat: float
    kind: str

    def label(self, language: str) -> str:
        """Give the label in the language."""
        return self.label_en if language == "en" else self.label_ru


@dataclass(frozen=True, slots=True)
class PlaceDraft:
    """A place as a table describes it; a heavier one (by population, say) is shown first."""

    label_ru: str
    label_en: str
    lon: float
    lat: float
    kind: str
    weight: int = 0


class Geocoder(Protocol):
    """Finds places by typed words. The gazetteer is one; a deployment may bring its own."""

    def search(
        self, text: str, *, near: tuple[float, float] | None = None, limit: int = 8
    ) -> tuple[FoundPlace, ...]:
        """Give the best places for the text, those around `near` (lon, lat) first among equals."""
        ...


def words_of(text: str) -> tuple[str, ...]:
    """Give the telling words of a name in order, or all of them when none is telling."""
    words = _WORD.findall(comparable(text).replace("ё", "е"))[:_MOST_WORDS]
    telling = tuple(word for word in words if word not in _GENERIC)
    return telling or tuple(words)


def names_only(words: Sequence[str]) -> tuple[str, ...]:
    """Give the words without the numbers, which are most often houses."""
    return tuple(word for word in words if not word[0].isdigit())


def prefixes_of(*labels: str) -> frozenset[str]:
    """Give every beginning of every telling word of the labels, up to the longest one kept."""
    words = {word for label in labels for word in words_of(label)}
    return frozenset(
        word[:length] for word in words for length in range(1, min(len(word), LONGEST_PREFIX) + 1)
    )


def stems_of(words: Iterable[str]) -> tuple[str, ...]:
    """Give the stems of words; a new stemmer each time, because one instance is not safe between threads."""
    stemmer = snowballstemmer.stemmer("russian")
    return tuple(stem if len(stem) > 1 else word for word, stem in ((w, stemmer.stemWord(w)) for w in words))


def nearness(
    asked: Sequence[str], place: FoundPlace, near: tuple[float, float] | None
) -> tuple[float, float]:
    """Give the sorting key of a found place, smaller is better: how well the words fit, then the distance."""
    known = set(words_of(place.label_ru)) | set(words_of(place.label_en))
    fit = sum(_fit(word, known) for word in asked)
    return (-fit, _distance(place, near))


def _fit(word: str, known: set[str]) -> int:
    if word in known:
        return 3
    return 2 if any(name.startswith(word) for name in known) else 0


def _distance(place: FoundPlace, near: tuple[float, float] | None) -> float:
    if near is None:
        return 0.0
    flat = math.cos(math.radians(near[1]))
    return math.hypot((place.lon - near[0]) * flat, place.lat - near[1])
