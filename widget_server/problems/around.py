"""What was reported near a pin: the same kind of problem, open and public, within its category's radius."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from idp.kernel.crypto.capabilities import Capabilities
from widget_server.media import PhotoView, photos_of

from .cells import cells_around, distance_m
from .models import Problem
from .queries import report_row
from .states import State

NEARBY_MOST = 5
_NEARBY_FETCHED = 2000
# The places alone: most of what the cells hold is too far for its category, and a whole row costs many
# times more than the four columns that decide. Made once, because making it costs as much as running it.
_OPEN_IN_CELLS = (
    sa.select(Problem.id, Problem.category, Problem.lon, Problem.lat)
    .where(
        Problem.cell.in_(sa.bindparam("cells", expanding=True)),
        Problem.is_open.is_(True),
        Problem.is_public.is_(True),
        Problem.state != State.AWAITING_CONFIRMATION.value,
    )
    .limit(_NEARBY_FETCHED)
)


@dataclass(frozen=True, slots=True)
class Nearby:
    """An open problem of the same kind near a pin; distance in metres."""

    number: str
    category: str
    badge: str
    place: str
    description: str
    received_at: datetime
    distance_m: int
    photo_url: str = field(default="")


def nearby(
    session: Session,
    *,
    lon: float,
    lat: float,
    radius_by_category: Mapping[str, int],
    capabilities: Capabilities,
    now: datetime,
    most: int = NEARBY_MOST,
) -> tuple[Nearby, ...]:
    """Give the nearest open public problems, each within its category's radius, at most `most` a category."""
    radius = max(radius_by_category.values(), default=0)
    if radius == 0:
        return ()
    cells = cells_around(lon=lon, lat=lat, radius_m=radius)
    found = session.execute(_OPEN_IN_CELLS, {"cells": cells})
    close = _closest(found, lon, lat, radius_by_category, most)
    if not close:
        return ()
    problems = session.scalars(sa.select(Problem).where(Problem.id.in_(close))).all()
    photos = photos_of(session, list(close), capabilities=capabilities, now=now)
    ordered = sorted(problems, key=lambda problem: close[problem.id])
    return tuple(_nearby(p, close[p.id], photos.get(p.id, ()), now) for p in ordered)


def _closest(
    places: Iterable[Any], lon: float, lat: float, radius_by_category: Mapping[str, int], most: int
) -> dict[UUID, float]:
    """Give the distances of the nearest ones by id, each within its category's radius."""
    measured = (
        (distance_m(lon=lon, lat=lat, other_lon=place.lon, other_lat=place.lat), place) for place in places
    )
    inside = [(far, place) for far, place in measured if far <= radius_by_category.get(place.category, -1)]
    counts: Counter[str] = Counter()
    kept: dict[UUID, float] = {}
    for far, place in sorted(inside, key=lambda pair: pair[0]):
        counts[place.category] += 1
        if counts[place.category] <= most:
            kept[place.id] = far
    return kept


def _nearby(problem: Problem, distance: float, photos: Sequence[PhotoView], now: datetime) -> Nearby:
    row = report_row(problem, now)
    return Nearby(
        number=row.number,
        category=row.category,
        badge=row.badge,
        place=row.place,
        description=problem.description,
        received_at=row.received_at,
        distance_m=round(distance),
        photo_url=photos[0].thumbnail_url if photos else "",
    )
