"""Reads of the territories: the index in memory kept fresh by the revision, and places by name."""

import threading

from sqlalchemy import select
from sqlalchemy.orm import Session

from widget_server.territories.gazetteer import (
    LONGEST_PREFIX,
    FoundPlace,
    names_only,
    nearness,
    stems_of,
    words_of,
)
from widget_server.territories.index import TerritoryAt, TerritoryIndex, TerritoryShape
from widget_server.territories.models import GazetteerPlace, GazetteerPrefix, PlaceRevision, Territory
from widget_server.territories.rules import Level
from widget_server.territories.service import TERRITORIES

_MOST_CANDIDATES = 200
_REVISIONS = select(PlaceRevision.subject, PlaceRevision.token)


class TerritoryIndexes:
    """Keeps the index of the present revision. One per app; threads share it.

    A request pays for one read of a token; only the first one after a load builds the index, and
    others wait for it rather than build it too.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._index = TerritoryIndex(())

    def current(self, session: Session, *, token: str | None = None) -> TerritoryIndex:
        """Give the index as of the session's transaction; `token` saves the read when it is known already."""
        wanted = revisions(session).get(TERRITORIES, "") if token is None else token
        index = self._index
        if index.revision == wanted:
            return index
        with self._lock:
            if self._index.revision != wanted:
                self._index = TerritoryIndex(shapes(session), revision=wanted)
            return self._index


class Gazetteer:
    """The geocoder over our own list of places."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def search(
        self, text: str, *, near: tuple[float, float] | None = None, limit: int = 8
    ) -> tuple[FoundPlace, ...]:
        """Give the best places: for the words as typed, then for their stems, then without numbers."""
        words = words_of(text)
        names = names_only(words)
        found: dict[FoundPlace, None] = {}
        for asked in dict.fromkeys((words, stems_of(words), names, stems_of(names))):
            if asked and len(found) < limit:
                found.update(dict.fromkeys(self._matching(asked)))
        return tuple(sorted(found, key=lambda place: nearness(words, place, near))[:limit])

    def _matching(self, asked: tuple[str, ...]) -> list[FoundPlace]:
        wanted = select(GazetteerPlace).order_by(GazetteerPlace.weight.desc(), GazetteerPlace.label_ru)
        for word in asked:
            starts = select(GazetteerPrefix.place_id).where(GazetteerPrefix.prefix == word[:LONGEST_PREFIX])
            wanted = wanted.where(GazetteerPlace.id.in_(starts))
        return [_found(row) for row in self._session.scalars(wanted.limit(_MOST_CANDIDATES))]


def places_within(
    session: Session, *, west: float, south: float, east: float, north: float, most: int
) -> tuple[FoundPlace, ...]:
    """Give the weightiest places of a part of the map, to be written on it."""
    wanted = select(GazetteerPlace).where(
        GazetteerPlace.lon.between(west, east), GazetteerPlace.lat.between(south, north)
    )
    heaviest = wanted.order_by(GazetteerPlace.weight.desc(), GazetteerPlace.label_ru).limit(most)
    return tuple(_found(row) for row in session.scalars(heaviest))


def revisions(session: Session) -> dict[str, str]:
    """Give the present token of every subject, in one read."""
    return {row.subject: row.token for row in session.execute(_REVISIONS)}


def shapes(session: Session) -> list[TerritoryShape]:
    """Give all territories in force with their polygons."""
    rows = session.scalars(select(Territory).where(Territory.retired_at.is_(None)))
    return [TerritoryShape(_territory(row), row.geometry) for row in rows]


def _territory(row: Territory) -> TerritoryAt:
    return TerritoryAt(
        id=row.id,
        code=row.code,
        level=Level(row.level),
        name_ru=row.name_ru,
        name_en=row.name_en,
        parent_code=row.parent_code,
        region=row.region,
        timezone=row.timezone,
    )


def _found(row: GazetteerPlace) -> FoundPlace:
    return FoundPlace(row.label_ru, row.label_en, row.lon, row.lat, row.kind)
