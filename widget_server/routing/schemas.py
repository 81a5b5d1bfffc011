"""The file of services and their responsibilities, read into drafts; faults are all listed at once."""

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from idp.kernel.ground.faults import Malformed
from idp.kernel.ground.text import clean_line, clean_text
from widget_server.routing.catalogue import Catalogue
from widget_server.routing.deadlines import DeadlineRule
from widget_server.routing.receivers import answer_key

_CODE = re.compile(r"[a-z0-9][a-z0-9-]{0,79}")
_EMAIL = re.compile(r"[^@\s<>\",;]+@[^@\s<>\",;]+\.[^@\s<>\",;]+")
_AUTHORITY_KEYS_TEXT = """
code name_ru name_en short_ru short_en to_ru email phone site legal_note_ru legal_note_en territory serves
"""
_AUTHORITY_KEYS = frozenset(_AUTHORITY_KEYS_TEXT.split())
_SERVES_KEYS = frozenset(("territory", "categories", "when", "answer", "fix", "priority"))
Table = Mapping[str, Any]


class UnreadableRouting(Malformed):
    """The file is not TOML or holds no services."""

    code = "unreadable-routing"
    title = "The file of services cannot be read"
    detail = "It must be TOML in UTF-8 with at least one [[authority]]"


@dataclass(frozen=True, slots=True)
class DutyDraft:
    """One responsibility as the file says it; the values are compared when the file is loaded again."""

    territory_code: str
    scope: str
    question: str
    value: str
    answer: DeadlineRule | None
    fix: DeadlineRule | None
    priority: int

    @property
    def key(self) -> tuple[str, str, str, str]:
        """Give what names the duty within its service."""
        return (self.territory_code, self.scope, self.question, self.value)


@dataclass(frozen=True, slots=True)
class AuthorityDraft:
    """A service as the file describes it."""

    code: str
    name_ru: str
    name_en: str
    short_name_ru: str
    short_name_en: str
    name_ru_to: str
    email: str
    phone: str
    site: str
    legal_note_ru: str
    legal_note_en: str
    territory_code: str | None
    duties: tuple[DutyDraft, ...]


@dataclass(slots=True)
class RoutingRead:
    """What a file holds, and every fault as (code of the service, sentence, values for it)."""

    drafts: list[AuthorityDraft] = field(default_factory=list)
    faults: list[tuple[str, str, Mapping[str, object]]] = field(default_factory=list)

    def fault(self, code: str, sentence: str, **values: object) -> None:
        """Note a fault."""
        self.faults.append((code, sentence, values))


def read_routing(data: bytes, *, catalogue: Catalogue) -> RoutingRead:
    """Give the services of a TOML file. Raises UnreadableRouting when it is none."""
    try:
        tables = tomllib.loads(data.decode("utf-8-sig")).get("authority")
    except ValueError as wrong:
        raise UnreadableRouting from wrong
    if not isinstance(tables, list) or not tables or not all(isinstance(table, dict) for table in tables):
        raise UnreadableRouting
    read = RoutingRead()
    for table in tables:
        read.drafts.append(_authority(table, read, catalogue))
    _note_repeats(read)
    return read


def _authority(table: Table, read: RoutingRead, catalogue: Catalogue) -> AuthorityDraft:
    code = _line(table, "code")
    _check_authority(code, table, read)
    name_ru, name_en = _line(table, "name_ru"), _line(table, "name_en")
    short_ru = _line(table, "short_ru") or name_ru
    duties = [duty for own in _serves(table) for duty in _duties(code, table, own, read, catalogue)]
    return AuthorityDraft(
        code=code,
        name_ru=name_ru,
        name_en=name_en or name_ru,
        short_name_ru=short_ru,
        short_name_en=_line(table, "short_en") or name_en or name_ru,
        name_ru_to=_line(table, "to_ru") or short_ru,
        email=_line(table, "email"),
        phone=_line(table, "phone"),
        site=_line(table, "site"),
        legal_note_ru=clean_text(str(table.get("legal_note_ru", ""))),
        legal_note_en=clean_text(str(table.get("legal_note_en", ""))),
        territory_code=_line(table, "territory") or None,
        duties=tuple(sorted({duty.key: duty for duty in duties}.values(), key=lambda duty: duty.key)),
    )


def _check_authority(code: str, table: Table, read: RoutingRead) -> None:
    if unknown := table.keys() - _AUTHORITY_KEYS:
        read.fault(code, "Unknown key: %(keys)s", keys=", ".join(sorted(unknown)))
    if not _CODE.fullmatch(code):
        read.fault(code, "The code must be small latin letters, digits and hyphens")
    if not _line(table, "name_ru"):
        read.fault(code, "There is no name_ru")
    if not _EMAIL.fullmatch(_line(table, "email")):
        read.fault(code, "The e-mail address is missing or wrong")


def _serves(table: Table) -> Sequence[Table]:
    serves = table.get("serves", [])
    return [own for own in serves if isinstance(own, dict)] if isinstance(serves, list) else []


def _duties(
    code: str, authority: Table, serves: Table, read: RoutingRead, catalogue: Catalogue
) -> Iterator[DutyDraft]:
    if unknown := serves.keys() - _SERVES_KEYS:
        read.fault(code, "Unknown key: %(keys)s", keys=", ".join(sorted(unknown)))
    places = _lines(serves, "territory") or _lines(authority, "territory")
    if not places:
        read.fault(code, "A responsibility names no territory")
    scopes = _lines(serves, "categories")
    for scope in scopes:
        if not catalogue.knows_scope(scope):
            read.fault(code, "There is no category or group %(scope)s", scope=scope)
    question, values = _condition(code, serves, read, scopes, catalogue)
    answer, fix = _rule(code, serves, "answer", read), _rule(code, serves, "fix", read)
    priority = serves.get("priority", 0)
    for place in places:
        for scope in scopes:
            for value in values:
                yield DutyDraft(place, scope, question, value, answer, fix, int(priority))


def _condition(
    code: str, serves: Table, read: RoutingRead, scopes: Sequence[str], catalogue: Catalogue
) -> tuple[str, Sequence[str]]:
    when = serves.get("when")
    if not isinstance(when, dict):
        return "", [""]
    question, values = (
        _line(when, "question"),
        [value for value in _lines(when, "values") if answer_key(value)],
    )
    if not values:
        read.fault(code, "The condition on %(question)s has no values", question=question)
    if not _is_asked(question, values, scopes, catalogue):
        read.fault(code, "No category of these asks %(question)s with such an answer", question=question)
    return question, values


def _is_asked(question: str, values: Sequence[str], scopes: Sequence[str], catalogue: Catalogue) -> bool:
    for category in catalogue.categories:
        deciding = category.deciding_question
        if deciding is None or deciding.key != question:
            continue
        if not {category.code, category.group_code, "*"} & set(scopes):
            continue
        known = {option.value for option in deciding.options}
        if not known or known >= set(values):
            return True
    return False


def _rule(code: str, serves: Table, key: str, read: RoutingRead) -> DeadlineRule | None:
    own = serves.get(key)
    if own is None:
        return None
    try:
        return DeadlineRule(own["days"], own["kind"])
    except (KeyError, TypeError, ValueError):
        read.fault(code, "%(key)s must have days and kind (working or calendar)", key=key)
        return None


def _note_repeats(read: RoutingRead) -> None:
    codes = [draft.code for draft in read.drafts]
    for code in sorted({code for code in codes if codes.count(code) > 1}):
        read.fault(code, "The code is used %(times)s times", times=codes.count(code))


def _line(table: Table, key: str) -> str:
    value = table.get(key, "")
    return clean_line(value) if isinstance(value, str) else ""


def _lines(table: Table, key: str) -> list[str]:
    value = table.get(key, [])
    return [clean_line(str(own)) for own in (value if isinstance(value, list) else [value]) if own != ""]
