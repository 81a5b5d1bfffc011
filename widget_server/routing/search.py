"""Typed words to categories: stems, so that «фонари не горят» finds the street light.

Rare words weigh more than common ones, words of the name more than keywords; the word being typed
counts by its beginning, and a word that is known to nobody is tried with one letter wrong.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

import snowballstemmer

from idp.kernel.ground.text import comparable
from widget_server.routing.catalogue import Category, Group

_WORD = re.compile(r"[а-яa-z0-9]+")
_SILENT_WORDS = """
и а но не ни нет в во на над под у к ко с со из за от до о об по при для без что как где это этот эта эти тот
там тут мой моя наш наша наше наши наш я мы вы он она они мне нам уже ещё очень есть был была были бы же ли
около возле рядом который опять снова всё все весь так вот можно надо нужно
the a an of in on at to is are not no my our there it and or for with near
"""
_SILENT = frozenset(_SILENT_WORDS.replace("ё", "е").split())
_ALPHABETS = {"ru": "russian", "en": "english"}
_NAME_WEIGHT, _KEYWORD_WEIGHT, _GROUP_WEIGHT = 3.0, 2.0, 0.7
_BEGINNING_SHARE, _MISTYPED_SHARE = 0.7, 0.6
_SHORTEST_MISTYPED = 5
_LONGEST_QUERY = 200

Weights = Mapping[str, float]


class CategorySearch:
    """The words of all categories, ready to be asked from any thread."""

    def __init__(self, categories: Sequence[Category], groups: Mapping[str, Group]) -> None:
        self._by_language = {
            language: _LanguageIndex(language, _texts(categories, groups, language))
            for language in _ALPHABETS
        }

    def find(self, text: str, *, language: str, limit: int) -> list[str]:
        """Give the codes for the text in the language, else in the other one."""
        first = "en" if language == "en" else "ru"
        other = "ru" if first == "en" else "en"
        return self._by_language[first].find(text, limit) or self._by_language[other].find(text, limit)

    def stems(self, language: str) -> Mapping[str, tuple[str, ...]]:
        """Give the stems of each category by its code."""
        return self._by_language["en" if language == "en" else "ru"].stems


class _LanguageIndex:
    def __init__(self, language: str, texts: Mapping[str, Sequence[tuple[str, float]]]) -> None:
        self._language = language
        self._weights = {code: _weighted(language, own) for code, own in texts.items()}
        self._rarity = _rarity(self._weights.values())
        self.stems = {code: tuple(sorted(weights)) for code, weights in self._weights.items()}

    def find(self, text: str, limit: int) -> list[str]:
        words = _telling(text[:_LONGEST_QUERY])
        asked = [self._meant(word, is_last=word == words[-1]) for word in words]
        scores = {code: self._score(asked, weights) for code, weights in self._weights.items()}
        found = [code for code, score in scores.items() if score > 0]
        # A stable sort: equal ones stay in the order of the catalogue.
        return sorted(found, key=lambda code: -scores[code])[:limit]

    def _meant(self, word: str, *, is_last: bool) -> dict[str, float]:
        """Give the known stems that the word may mean and how surely."""
        stem = _stems(self._language, [word])[0]
        if stem in self._rarity:
            return {stem: 1.0}
        if is_last and len(word) > 1:
            begun = {known: _BEGINNING_SHARE for known in self._rarity if known.startswith(word)}
            if begun:
                return begun
        if len(stem) < _SHORTEST_MISTYPED:
            return {}
        return {known: _MISTYPED_SHARE for known in self._rarity if _is_one_letter_off(stem, known)}

    def _score(self, asked: Iterable[Mapping[str, float]], weights: Weights) -> float:
        return sum(
            max((sure * weights.get(stem, 0) * self._rarity[stem] for stem, sure in meant.items()), default=0)
            for meant in asked
        )


def _texts(
    categories: Iterable[Category], groups: Mapping[str, Group], language: str
) -> dict[str, list[tuple[str, float]]]:
    texts = {}
    for category in categories:
        keywords = category.keywords_en if language == "en" else category.keywords_ru
        group = groups[category.group_code].label.in_language(language)
        named = category.label.in_language(language)
        own = [
            (group, _GROUP_WEIGHT),
            *((phrase, _KEYWORD_WEIGHT) for phrase in keywords),
            (named, _NAME_WEIGHT),
        ]
        texts[category.code] = own
    return texts


def _weighted(language: str, texts: Iterable[tuple[str, float]]) -> dict[str, float]:
    weights: dict[str, float] = {}
    for text, weight in texts:
        for stem in _stems(language, _telling(text)):
            weights[stem] = max(weight, weights.get(stem, 0))
    return weights


def _rarity(all_weights: Iterable[Weights]) -> dict[str, float]:
    used = Counter(stem for weights in all_weights for stem in weights)
    return {stem: 1 + math.log(100 / times) for stem, times in used.items()}


def _telling(text: str) -> list[str]:
    words = _WORD.findall(comparable(text).replace("ё", "е"))
    return [word for word in words if word not in _SILENT]


def _stems(language: str, words: Sequence[str]) -> list[str]:
    # A new stemmer each time: an instance keeps the word it works on and is not safe between threads.
    stemmer = snowballstemmer.stemmer(_ALPHABETS[language])
    return [str(stemmer.stemWord(word)) for word in words]


def _is_one_letter_off(one: str, other: str) -> bool:
    """Say whether one letter more, less or other, or a swap of neighbours, makes them equal."""
    if abs(len(one) - len(other)) > 1 or one[0] != other[0]:
        return False
    start = next(
        (k for k, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )
    rest, others = one[start:], other[start:]
    swapped = rest[1:2] + rest[:1] + rest[2:]
    return rest[1:] == others[1:] or rest[1:] == others or rest == others[1:] or swapped == others
