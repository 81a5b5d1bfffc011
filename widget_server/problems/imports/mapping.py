"""The mapping file: which column means what, and which of our words its values stand for."""

import tomllib
from collections.abc import Mapping, Sequence
from functools import cached_property
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from idp.kernel.ground.text import comparable
from widget_server.routing import Catalogue

from ..states import State

JOINED = " / "
"""Between the values of several category columns, as in "Street Defects / Pavement"."""

_NOT_IMPORTED = State.AWAITING_CONFIRMATION


class UnusableMapping(ValueError):
    """The mapping cannot be used; `faults` says all of why, for the operator."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("; ".join(faults))
        self.faults = tuple(faults)


class Columns(BaseModel):
    """Names of columns; several text columns become paragraphs, several category columns one value."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    lat: str
    lon: str
    created: str
    category: tuple[str, ...] = Field(min_length=1)
    state: str
    text: tuple[str, ...] = ()
    address: str = ""
    closed: str = ""

    @property
    def all(self) -> tuple[str, ...]:
        """Give every column that the file must have."""
        one_each = (self.id, self.lat, self.lon, self.created, self.state, self.address, self.closed)
        return tuple(dict.fromkeys(c for c in (*one_each, *self.category, *self.text) if c))


class ImportMapping(BaseModel):
    """One foreign system's file. `region` begins the numbers of reports outside our territories."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: str = Field(min_length=1, max_length=80)
    partner: str = Field(min_length=1, max_length=40)
    region: str = Field(default="00", pattern=r"^[0-9A-Z]{1,8}$")
    time_zone: str = "UTC"
    time_format: str = ""
    language: str = Field(default="ru", pattern="^(ru|en)$")
    encoding: str = "utf-8-sig"
    delimiter: str = Field(default=",", min_length=1, max_length=1)
    default_category: str = ""
    columns: Columns
    states: Mapping[str, State] = Field(min_length=1)
    categories: Mapping[str, str] = {}

    @cached_property
    def zone(self) -> ZoneInfo:
        """The time zone of times that name none."""
        return ZoneInfo(self.time_zone)

    def state(self, value: str) -> State | None:
        """Give our state for a foreign one."""
        return self._states.get(comparable(value))

    def category(self, values: Sequence[str]) -> str:
        """Give our category for foreign values, the most exact rule first; empty when none fits."""
        for count in range(len(values), 0, -1):
            known = self._categories.get(comparable(JOINED.join(values[:count])))
            if known:
                return known
        return self.default_category

    @cached_property
    def _states(self) -> Mapping[str, State]:
        return {comparable(value): state for value, state in self.states.items()}

    @cached_property
    def _categories(self) -> Mapping[str, str]:
        return {comparable(value): code for value, code in self.categories.items()}


def read_mapping(text: str, catalogue: Catalogue) -> ImportMapping:
    """Give the mapping of a TOML text; raises UnusableMapping with all faults at once."""
    try:
        mapping = ImportMapping.model_validate(tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise UnusableMapping([str(error)]) from error
    except ValidationError as error:
        told = [f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors()]
        raise UnusableMapping(told) from error
    faults = [*_unknown_categories(mapping, catalogue), *_bad_states(mapping), *_bad_reading(mapping)]
    if faults:
        raise UnusableMapping(faults)
    return mapping


def _unknown_categories(mapping: ImportMapping, catalogue: Catalogue) -> list[str]:
    codes = dict.fromkeys((*mapping.categories.values(), mapping.default_category))
    return [f"categories: {code}" for code in codes if code and catalogue.category(code) is None]


def _bad_states(mapping: ImportMapping) -> list[str]:
    """Say which states cannot be imported: nobody is there to confirm an e-mail."""
    return [f"states: {value} = {state}" for value, state in mapping.states.items() if state is _NOT_IMPORTED]


def _bad_reading(mapping: ImportMapping) -> list[str]:
    faults = []
    try:
        "".encode(mapping.encoding)
    except LookupError:
        faults.append(f"encoding: {mapping.encoding}")
    try:
        ZoneInfo(mapping.time_zone)
    except (ValueError, OSError, LookupError):
        faults.append(f"time_zone: {mapping.time_zone}")
    return faults
