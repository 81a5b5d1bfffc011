"""Which territories a point lies in, and which it nearly lies in: an index in memory.

Built once from the rows of one revision and then only read, so threads share it without a lock. A
spatial tree finds candidates by their boxes and prepared polygons decide: microseconds a point.
Distances to a border are measured on a small circle around the point, flattened by the latitude;
that is exact enough for the tens of metres asked for. It does not look across the 180th meridian.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

import shapely
from shapely import Polygon, STRtree
from shapely.geometry.base import BaseGeometry

from widget_server.territories.rules import Level

METRES_PER_DEGREE = 111_320.0
_CIRCLE = tuple((math.cos(math.tau * k / 24), math.sin(math.tau * k / 24)) for k in range(24))


@dataclass(frozen=True, slots=True)
class TerritoryAt:
    """A territory without its shape, as the rest of the program knows it."""

    id: UUID
    code: str
    level: Level
    name_ru: str
    name_en: str
    parent_code: str | None
    region: str
    timezone: str | None

    def name(self, language: str) -> str:
        """Give the name in the language, Russian unless English is asked for and known."""
        return self.name_en if language == "en" and self.name_en else self.name_ru


@dataclass(frozen=True, slots=True)
class TerritoryShape:
    """A territory with its polygon as WKB, as the index is built from."""

    territory: TerritoryAt
    wkb: bytes


class TerritoryIndex:
    """The territories of one revision, ready to be asked by point. Never changed after it is built."""

    def __init__(self, shapes: Iterable[TerritoryShape], *, revision: str = "") -> None:
        ordered = sorted(shapes, key=lambda shape: (shape.territory.level.rank, shape.territory.code))
        self.revision = revision
        self._territories = tuple(shape.territory for shape in ordered)
        self._polygons = shapely.from_wkb([shape.wkb for shape in ordered])
        shapely.prepare(self._polygons)
        self._tree = STRtree(self._polygons)
        self._by_code = {territory.code: territory for territory in self._territories}
        self._ancestors = {
            territory.code: self._chain_above(k) for k, territory in enumerate(self._territories)
        }

    def __len__(self) -> int:
        return len(self._territories)

    @property
    def territories(self) -> tuple[TerritoryAt, ...]:
        """Give all territories, the smallest level first."""
        return self._territories

    def territory(self, code: str) -> TerritoryAt | None:
        """Give the territory of a code."""
        return self._by_code.get(code)

    def ancestors(self, code: str) -> tuple[TerritoryAt, ...]:
        """Give what a territory lies in, nearest first: by named parents, else by its middle."""
        return self._ancestors.get(code, ())

    def at(self, *, lon: float, lat: float) -> tuple[TerritoryAt, ...]:
        """Give all territories with the point inside or on their border, the smallest level first."""
        return tuple(self._territories[k] for k in self._containing(lon, lat))

    def at_each(self, points: Sequence[tuple[float, float]]) -> list[tuple[TerritoryAt, ...]]:
        """Give what `at` gives for each (lon, lat), many times faster than one by one."""
        found: list[list[int]] = [[] for _ in points]
        if points and self._territories:
            asked, hits = self._tree.query(shapely.points(points), predicate="intersects")
            for point, hit in zip(asked.tolist(), hits.tolist(), strict=True):
                found[point].append(hit)
        return [tuple(self._territories[k] for k in sorted(hits)) for hits in found]

    def near_border(self, *, lon: float, lat: float, within_m: float) -> tuple[TerritoryAt, ...]:
        """Give the territories that do not contain the point and come nearer than `within_m` to it."""
        if not self._territories:
            return ()
        inside = set(self._containing(lon, lat))
        around = _circle(lon, lat, within_m)
        candidates = sorted(k for k in self._tree.query(around).tolist() if k not in inside)
        return tuple(self._territories[k] for k in candidates if self._polygons[k].intersects(around))

    def polygons(self, level: Level) -> tuple[tuple[TerritoryAt, BaseGeometry], ...]:
        """Give the territories of a level with their shapes."""
        both = zip(self._territories, self._polygons, strict=True)
        return tuple((territory, polygon) for territory, polygon in both if territory.level is level)

    def _containing(self, lon: float, lat: float) -> list[int]:
        if not self._territories or not (math.isfinite(lon) and math.isfinite(lat)):
            return []
        candidates = sorted(self._tree.query(shapely.Point(lon, lat)).tolist())
        return [k for k in candidates if shapely.intersects_xy(self._polygons[k], lon, lat)]

    def _chain_above(self, position: int) -> tuple[TerritoryAt, ...]:
        here = self._territories[position]
        above: dict[int, TerritoryAt] = {}
        for larger in self._around_the_middle(position):
            above.setdefault(larger.level.rank, larger)
        parent = self._by_code.get(here.parent_code or "")
        while parent and parent.level.rank > here.level.rank:
            above[parent.level.rank] = here = parent
            parent = self._by_code.get(here.parent_code or "")
        return tuple(above[rank] for rank in sorted(above))

    def _around_the_middle(self, position: int) -> list[TerritoryAt]:
        middle = self._polygons[position].representative_point()
        rank = self._territories[position].level.rank
        return [found for found in self.at(lon=middle.x, lat=middle.y) if found.level.rank > rank]


def _circle(lon: float, lat: float, radius_m: float) -> Polygon:
    dy = radius_m / METRES_PER_DEGREE
    dx = dy / max(math.cos(math.radians(lat)), 0.01)
    return Polygon([(lon + x * dx, lat + y * dy) for x, y in _CIRCLE])
