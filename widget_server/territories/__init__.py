"""Territories: polygons in levels, the point that lies in them, and places found by words.

Gives the slices above the chain of territories at a point, the neighbours behind a near border,
outlines for a base map, and a geocoder of our own. Who serves a territory is `routing`'s to know.
What needs the database is imported on first use, so that the rules load without Flask.
"""

from typing import TYPE_CHECKING

from idp.kernel.ground.faces import later
from widget_server.territories.coordinates import parse_coordinates
from widget_server.territories.gazetteer import FoundPlace, Geocoder, PlaceDraft
from widget_server.territories.index import TerritoryAt, TerritoryIndex, TerritoryShape
from widget_server.territories.outlines import Outline, feature_collection, outlines
from widget_server.territories.rules import Level, TerritoryDraft

if TYPE_CHECKING:
    from widget_server.territories.queries import Gazetteer, TerritoryIndexes, places_within, revisions
    from widget_server.territories.schemas import PlaceFields, TerritoryFields, read_places
    from widget_server.territories.service import (
        TERRITORIES,
        load_places,
        load_territories,
        renew_revision,
    )
    from widget_server.territories.slice import current_indexes

__all__ = [
    "TERRITORIES",
    "FoundPlace",
    "Gazetteer",
    "Geocoder",
    "Level",
    "Outline",
    "PlaceDraft",
    "PlaceFields",
    "TerritoryAt",
    "TerritoryDraft",
    "TerritoryFields",
    "TerritoryIndex",
    "TerritoryIndexes",
    "TerritoryShape",
    "current_indexes",
    "feature_collection",
    "load_places",
    "load_territories",
    "outlines",
    "parse_coordinates",
    "places_within",
    "read_places",
    "renew_revision",
    "revisions",
]

if not TYPE_CHECKING:
    __getattr__ = later(
        __name__,
        service=(
            "TERRITORIES",
            "load_places",
            "load_territories",
            "renew_revision",
        ),
        queries=(
            "Gazetteer",
            "TerritoryIndexes",
            "places_within",
            "revisions",
        ),
        schemas=(
            "PlaceFields",
            "TerritoryFields",
            "read_places",
        ),
        slice=("current_indexes",),
    )
