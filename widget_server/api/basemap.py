"""The light base map: our own borders and names as GeoJSON, so that a map is there with no network."""

from typing import Any

from sqlalchemy.orm import Session

from widget_server.territories import Level, TerritoryIndexes, feature_collection, outlines, places_within

_METRES_PER_DEGREE = 111_000
_PIXELS = 600
_MOST_NAMES = 40
_WIDEST_DEGREES = {Level.DISTRICT: 0.8, Level.MUNICIPALITY: 6.0, Level.REGION: 60.0, Level.COUNTRY: 360.0}


def basemap(
    session: Session,
    indexes: TerritoryIndexes,
    *,
    bounds: tuple[float, float, float, float],
    language: str,
) -> dict[str, Any]:
    """Give what to draw in a part of the map (west, south, east, north): borders by size, names as points."""
    west, south, east, north = bounds
    width = east - west
    index = indexes.current(session)
    simplify_m = width * _METRES_PER_DEGREE / _PIXELS
    drawn = [o for level, widest in _WIDEST_DEGREES.items() if width <= widest
             for o in outlines(index, level=level, simplify_m=simplify_m, within=bounds)]  # fmt: skip
    document = feature_collection(drawn, language=language)
    names = places_within(session, west=west, south=south, east=east, north=north, most=_MOST_NAMES)
    document["features"] += [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [place.lon, place.lat]},
            "properties": {"name": place.label(language), "level": place.kind},
        }
        for place in names
    ]
    return document
