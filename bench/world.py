"""Where the benchmarks take place: real districts beside the checkout, or a grid drawn here."""

import json
import math
from collections.abc import Iterator
from pathlib import Path
from random import Random

from widget_server.territories import Level, TerritoryFields, TerritoryIndex

_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
_REAL = (("districts-moscow", "77", "msk"), ("districts-st-petersburg", "78", "spb"))
HAS_REAL_DISTRICTS = all((_DATA / f"{name}.geojson").exists() for name, _, _ in _REAL)
_MOSCOW, _PETERSBURG = (37.40, 55.58, 37.80, 55.90), (30.20, 59.84, 30.50, 60.04)
CITIES = (_MOSCOW, _PETERSBURG) if HAS_REAL_DISTRICTS else (_MOSCOW,)
"""Boxes of west, south, east, north in which pins and reports lie."""

_COLUMNS, _ROWS, _POINTS_A_SIDE = 16, 15, 40


def territory_files() -> Iterator[tuple[bytes, TerritoryFields, str]]:
    """Give the files of districts with how they are read and their source's name."""
    if not HAS_REAL_DISTRICTS:
        yield _grid(), TerritoryFields(Level.DISTRICT, region="77", timezone="Europe/Moscow"), "grid"
        return
    for name, region, prefix in _REAL:
        fields = TerritoryFields(
            Level.DISTRICT,
            name_en="name_lat",
            code_prefix=f"{prefix}-",
            region=region,
            timezone="Europe/Moscow",
        )
        yield (_DATA / f"{name}.geojson").read_bytes(), fields, name


def authorities_toml(index: TerritoryIndex) -> bytes:
    """Give a service for every district, and one more that serves its roads."""
    return "\n".join(
        _authority(f"bench-{number}", territory.code, '"*"')
        + _authority(f"roads-{number}", territory.code, '"roads"')
        for number, territory in enumerate(index.territories)
    ).encode()


def _authority(code: str, territory: str, categories: str) -> str:
    return f"""
[[authority]]
code = "{code}"
name_ru = "Служба {code}"
name_en = "Service {code}"
short_ru = "Служба {code}"
short_en = "Service {code}"
to_ru = "Службу {code}"
email = "{code}@example.org"
territory = "{territory}"

[[authority.serves]]
categories = [{categories}]
"""


def _grid() -> bytes:
    """Draw districts that share wavy borders of as many points as real ones have."""
    features = [_cell(column, row) for column in range(_COLUMNS) for row in range(_ROWS)]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def _cell(column: int, row: int) -> dict[str, object]:
    corners = [(column, row), (column + 1, row), (column + 1, row + 1), (column, row + 1), (column, row)]
    ring = [point for k in range(4) for point in _side(corners[k], corners[k + 1])]
    name = f"Район {column}-{row}"
    properties = {"name": name, "name_en": f"Cell {column}-{row}", "code": f"cell-{column}-{row}"}
    return {
        "type": "Feature",
        "properties": properties,
        "geometry": {"type": "Polygon", "coordinates": [[*ring, ring[0]]]},
    }


def _side(start: tuple[int, int], end: tuple[int, int]) -> list[tuple[float, float]]:
    """Give a border's points without its last; both neighbours get the same points."""
    first, last = sorted((start, end))
    steps = [k / _POINTS_A_SIDE for k in range(_POINTS_A_SIDE + 1)]
    wave = Random(f"{first}{last}").uniform(0.5, 1.5)
    points = [
        _point(first, last, part, 0.06 * math.sin(math.pi * part) * math.sin(9 * wave * part))
        for part in steps
    ]
    return points[:-1] if start == first else points[::-1][:-1]


def _point(first: tuple[int, int], last: tuple[int, int], part: float, bend: float) -> tuple[float, float]:
    (west, south, east, north) = CITIES[0]
    is_across = first[1] == last[1]
    x = first[0] + (last[0] - first[0]) * part + (0 if is_across else bend)
    y = first[1] + (last[1] - first[1]) * part + (bend if is_across else 0)
    return west + (east - west) * x / _COLUMNS, south + (north - south) * y / _ROWS
