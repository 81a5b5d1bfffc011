"""Borders drawn coarsely: what the light base map is made of, so that a map is there with no network."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import shapely
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from widget_server.territories.index import METRES_PER_DEGREE, TerritoryAt, TerritoryIndex
from widget_server.territories.rules import Level

_DEGREE_GRID = 1e-5
"""About a metre: finer digits only make the answer longer."""


@dataclass(frozen=True, slots=True)
class Outline:
    """A territory and its coarse border as a GeoJSON geometry (RFC 7946 §3.1)."""

    territory: TerritoryAt
    geometry: Mapping[str, Any]


def outlines(
    index: TerritoryIndex,
    *,
    level: Level,
    simplify_m: float,
    within: tuple[float, float, float, float] | None = None,
) -> tuple[Outline, ...]:
    """Give the borders of a level that meet a box (west, south, east, north), coarse below `simplify_m`."""
    shapes = index.polygons(level)
    if within is not None:
        seen = shapely.box(*within)
        shapes = tuple((territory, shape) for territory, shape in shapes if shape.intersects(seen))
    return tuple(Outline(territory, mapping(_coarse(shape, simplify_m))) for territory, shape in shapes)


def feature_collection(drawn: Iterable[Outline], *, language: str) -> dict[str, Any]:
    """Give a GeoJSON document of outlines: features with code, level and name in the language."""
    return {"type": "FeatureCollection", "features": [_feature(outline, language) for outline in drawn]}


def _coarse(shape: BaseGeometry, simplify_m: float) -> BaseGeometry:
    coarse = shape.simplify(max(simplify_m, 0) / METRES_PER_DEGREE, preserve_topology=True)
    snapped = shapely.set_precision(coarse, _DEGREE_GRID)
    return shape if snapped.is_empty else snapped


def _feature(outline: Outline, language: str) -> dict[str, Any]:
    territory = outline.territory
    properties = {"code": territory.code, "level": territory.level.value, "name": territory.name(language)}
    return {"type": "Feature", "id": territory.code, "properties": properties, "geometry": outline.geometry}
