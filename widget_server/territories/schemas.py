"""Files of territories and places, read into drafts or refused with a reason.

What one feature or row says wrongly is left to the checks, which see all of them; only a file that
is no GeoJSON collection, or no CSV with the named columns, is refused here.
"""

import csv
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TextIO

from shapely import Polygon
from shapely.errors import ShapelyError
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from idp.kernel.ground.faults import Malformed
from idp.kernel.ground.text import clean_line
from widget_server.territories.gazetteer import PlaceDraft
from widget_server.territories.rules import Level, TerritoryDraft, code_of


class UnreadableTerritories(Malformed):
    """The file is not a GeoJSON FeatureCollection."""

    code = "unreadable-territories"
    title = "The file of territories cannot be read"
    detail = "It must be a GeoJSON FeatureCollection in UTF-8"


class MissingColumn(Malformed):
    """A table lacks a column that the options name."""

    code = "missing-column"
    title = "The table lacks a column"
    detail = "There is no column named %(column)s"


@dataclass(frozen=True, slots=True)
class TerritoryFields:
    """Where a file keeps what we need: property names, and values that hold for all its features."""

    level: Level
    name: str = "name"
    name_en: str = "name_en"
    code: str = "code"
    parent: str = "parent"
    code_prefix: str = ""
    parent_code: str | None = None
    region: str = ""
    timezone: str | None = None


@dataclass(frozen=True, slots=True)
class PlaceFields:
    """Which columns of a table hold a place; `kind_value` holds for rows without a kind column."""

    label: str = "label"
    label_en: str = "label_en"
    lon: str = "lon"
    lat: str = "lat"
    kind: str = "kind"
    kind_value: str = "place"
    weight: str = "weight"


@dataclass(slots=True)
class PlacesRead:
    """Places of a table, and the numbers of the lines that hold none with a usable coordinate."""

    drafts: list[PlaceDraft] = field(default_factory=list)
    rejected_lines: list[int] = field(default_factory=list)


def read_territories(data: bytes, fields: TerritoryFields) -> tuple[TerritoryDraft, ...]:
    """Give the territories of a GeoJSON file. Raises UnreadableTerritories."""
    try:
        document = json.loads(data.decode("utf-8-sig"))
    except ValueError as wrong:
        raise UnreadableTerritories from wrong
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list) or not all(isinstance(feature, dict) for feature in features):
        raise UnreadableTerritories
    return tuple(_draft(feature, fields) for feature in features)


def read_places(table: TextIO, fields: PlaceFields) -> PlacesRead:
    """Give the places of a CSV table. Raises MissingColumn when label, lon or lat is not there."""
    reader = csv.DictReader(table)
    for column in (fields.label, fields.lon, fields.lat):
        if column not in (reader.fieldnames or ()):
            raise MissingColumn(column=column)
    read = PlacesRead()
    for row in reader:
        found = list(_place(row, fields))
        read.drafts.extend(found)
        if not found:
            read.rejected_lines.append(reader.line_num)
    return read


def _draft(feature: Mapping[str, Any], fields: TerritoryFields) -> TerritoryDraft:
    properties = feature.get("properties")
    known = properties if isinstance(properties, dict) else {}
    name_ru, name_en = _text(known, fields.name), _text(known, fields.name_en)
    return TerritoryDraft(
        code=_text(known, fields.code) or _code(name_en or name_ru, fields.code_prefix),
        level=fields.level,
        name_ru=name_ru or name_en,
        name_en=name_en or name_ru,
        geometry=_geometry(feature.get("geometry")),
        parent_code=_text(known, fields.parent) or fields.parent_code,
        region=_text(known, "region") or fields.region,
        timezone=_text(known, "timezone") or fields.timezone,
    )


def _code(name: str, prefix: str) -> str:
    return code_of(name, prefix=prefix) if code_of(name) else ""


def _text(properties: Mapping[str, Any], name: str) -> str:
    value = properties.get(name)
    return clean_line(str(value)) if isinstance(value, str | int) else ""


def _geometry(described: object) -> BaseGeometry:
    if not isinstance(described, dict):
        return Polygon()
    try:
        return shape(described)
    except (ShapelyError, ValueError, TypeError, KeyError, AttributeError, IndexError):
        return Polygon()


def _place(row: Mapping[str, str | None], fields: PlaceFields) -> Iterator[PlaceDraft]:
    label = clean_line(row.get(fields.label) or "")
    lon, lat = _degrees(row.get(fields.lon), 180), _degrees(row.get(fields.lat), 90)
    if not label or lon is None or lat is None:
        return
    yield PlaceDraft(
        label_ru=label,
        label_en=clean_line(row.get(fields.label_en) or "") or label,
        lon=lon,
        lat=lat,
        kind=clean_line(row.get(fields.kind) or "") or fields.kind_value,
        weight=_count(row.get(fields.weight)),
    )


def _degrees(written: str | None, limit: float) -> float | None:
    try:
        value = float((written or "").replace(",", "."))
    except ValueError:
        return None
    return value if -limit <= value <= limit else None


def _count(written: str | None) -> int:
    digits = "".join(character for character in written or "" if character in "0123456789")
    return min(int(digits[:12] or 0), 2_000_000_000)
