"""The file of categories, read into a catalogue or refused naming the group and theme at fault."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any, TypeVar, cast, get_args

from widget_server.routing.catalogue import (
    Catalogue,
    Category,
    Group,
    Need,
    Option,
    PlaceLevel,
    Question,
    QuestionKind,
    Season,
    Visibility,
    Words,
)
from widget_server.routing.deadlines import DeadlineRule

_CODE = re.compile(r"[a-z][a-z0-9_]{0,39}")
_MONTH_DAY = re.compile(r"(\d\d)-(\d\d)")
_LONGEST_MONTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_THEME_KEYS_TEXT = """
code ru en keywords_ru keywords_en photo text questions season stop visibility answer fix place
nearby_radius_m
"""
_THEME_KEYS = frozenset(_THEME_KEYS_TEXT.split())
Table = Mapping[str, Any]
Word = TypeVar("Word", bound=str)


class CatalogueFault(ValueError):
    """The file of categories is wrong; the text names the place and what is expected there."""


def shipped_catalogue() -> Catalogue:
    """Give the categories that come with this version."""
    return read_catalogue(files(__package__).joinpath("data/categories.toml").read_text("utf-8"))


def read_catalogue(text: str) -> Catalogue:
    """Give the catalogue that a TOML text describes. Raises CatalogueFault."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as wrong:
        raise CatalogueFault(f"the file is not TOML: {wrong}") from wrong
    questions = {key: _question(key, own) for key, own in _table(table, "questions", "file").items()}
    groups = [_group(own) for own in _list(table, "group", "file")]
    categories = [
        _category(theme, own, questions)
        for own in _list(table, "group", "file")
        for theme in _list(own, "theme", f"group {own.get('code')}")
    ]
    _refuse_repeats([group.code for group in groups])
    _refuse_repeats([category.code for category in categories])
    return Catalogue(groups, categories)


def _group(table: Table) -> Group:
    return Group(_code(table, "group"), _words(table, f"group {table.get('code')}"))


def _question(key: str, table: Table) -> Question:
    where = f"question {key}"
    kind = _one_of(table, "kind", QuestionKind, None, where)
    options = tuple(
        Option(_text(own, "value", where), _words(own, where)) for own in table.get("options", ())
    )
    if (kind == "singlevalue") != bool(options):
        raise CatalogueFault(f"{where}: options belong to singlevalue, and only there")
    return Question(
        key=_code({"code": key}, where),
        label=_words(table, where),
        kind=cast(QuestionKind, kind),
        is_required=_flag(table, "required", where),
        options=options,
        changes_receiver=_flag(table, "changes_receiver", where),
    )


def _category(theme: Table, group: Table, questions: Mapping[str, Question]) -> Category:
    table = {**group.get("defaults", {}), **theme}
    group_code = str(group.get("code"))
    code = f"{group_code}.{_code(theme, f'a theme of {group_code}')}"
    if unknown := table.keys() - _THEME_KEYS:
        raise CatalogueFault(f"{code}: unknown {', '.join(sorted(unknown))}")
    return Category(
        code=code,
        group_code=group_code,
        label=_words(table, code),
        keywords_ru=_phrases(table, "keywords_ru", code),
        keywords_en=_phrases(table, "keywords_en", code),
        photo=cast(Need, _one_of(table, "photo", Need, "optional", code)),
        text=cast(Need, _one_of(table, "text", Need, "required", code)),
        questions=_questions(table, questions, code),
        season=_season(table, code),
        stop=_words(table["stop"], f"{code}: stop") if "stop" in table else None,
        visibility=cast(Visibility, _one_of(table, "visibility", Visibility, "public", code)),
        answer=_rule(table, "answer", code),
        fix=_rule(table, "fix", code) if "fix" in table else None,
        place=cast(PlaceLevel, _one_of(table, "place", PlaceLevel, "point", code)),
        nearby_radius_m=_radius(table, code),
    )


def _questions(table: Table, known: Mapping[str, Question], where: str) -> tuple[Question, ...]:
    keys = _phrases(table, "questions", where)
    if strange := [key for key in keys if key not in known]:
        raise CatalogueFault(f"{where}: no question named {', '.join(strange)}")
    asked = tuple(known[key] for key in keys)
    if sum(question.changes_receiver for question in asked) > 1:
        raise CatalogueFault(f"{where}: only one question may change the receiver")
    return asked


def _season(table: Table, where: str) -> Season | None:
    if "season" not in table:
        return None
    season = _table(table, "season", where)
    return Season(_month_day(season, "from", where), _month_day(season, "to", where))


def _month_day(table: Table, key: str, where: str) -> tuple[int, int]:
    written = _MONTH_DAY.fullmatch(str(table.get(key)))
    month, day = (int(written[1]), int(written[2])) if written else (0, 0)
    if not (1 <= month <= 12 and 1 <= day <= _LONGEST_MONTHS[month - 1]):
        raise CatalogueFault(f"{where}: season.{key} must be MM-DD, not {table.get(key)!r}")
    return month, day


def _rule(table: Table, key: str, where: str) -> DeadlineRule:
    own = _table(table, key, where)
    try:
        return DeadlineRule(own["days"], own["kind"])
    except (KeyError, TypeError, ValueError) as wrong:
        raise CatalogueFault(f"{where}: {key} needs days and kind: {wrong}") from wrong


def _radius(table: Table, where: str) -> int:
    radius = table.get("nearby_radius_m", 100)
    if not isinstance(radius, int) or not 0 <= radius <= 2000:
        raise CatalogueFault(f"{where}: nearby_radius_m must be 0 to 2000")
    return radius


def _words(table: Table, where: str) -> Words:
    return Words(_text(table, "ru", where), _text(table, "en", where))


def _text(table: Table, key: str, where: str) -> str:
    text = table.get(key)
    if not isinstance(text, str) or not text.strip():
        raise CatalogueFault(f"{where}: {key} is missing")
    return text


def _code(table: Table, where: str) -> str:
    code = table.get("code")
    if not isinstance(code, str) or not _CODE.fullmatch(code):
        raise CatalogueFault(f"{where}: {code!r} is no code (small latin letters, digits, _)")
    return code


def _one_of(table: Table, key: str, allowed: Any, default: str | None, where: str) -> str:
    value = table.get(key, default)
    if value not in get_args(allowed):
        raise CatalogueFault(f"{where}: {key} must be one of {', '.join(get_args(allowed))}, not {value!r}")
    return cast(str, value)


def _flag(table: Table, key: str, where: str) -> bool:
    value = table.get(key, False)
    if not isinstance(value, bool):
        raise CatalogueFault(f"{where}: {key} must be true or false")
    return value


def _phrases(table: Table, key: str, where: str) -> tuple[str, ...]:
    value = table.get(key, [])
    if not isinstance(value, list) or not all(isinstance(phrase, str) for phrase in value):
        raise CatalogueFault(f"{where}: {key} must be a list of texts")
    return tuple(value)


def _table(table: Table, key: str, where: str) -> Table:
    value = table.get(key, {})
    if not isinstance(value, dict):
        raise CatalogueFault(f"{where}: {key} must be a table")
    return value


def _list(table: Table, key: str, where: str) -> Sequence[Table]:
    value = table.get(key)
    if not isinstance(value, list) or not value or not all(isinstance(own, dict) for own in value):
        raise CatalogueFault(f"{where}: at least one [[{key}]] is needed")
    return value


def _refuse_repeats(codes: Sequence[str]) -> None:
    repeated = sorted({code for code in codes if codes.count(code) > 1})
    if repeated:
        raise CatalogueFault(f"used twice: {', '.join(repeated)}")
