"""The index of territories: points, borders, ancestry."""

import math
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import box

from widget_server.territories.index import METRES_PER_DEGREE, TerritoryAt, TerritoryIndex, TerritoryShape
from widget_server.territories.outlines import feature_collection, outlines
from widget_server.territories.rules import Level


def shape(code, level, polygon, parent=None) -> TerritoryShape:
    return TerritoryShape(
        TerritoryAt(uuid4(), code, level, code.upper(), code, parent, "50", None), polygon.wkb
    )


@pytest.fixture(scope="module")
def index() -> TerritoryIndex:
    return TerritoryIndex(
        [
            shape("country", Level.COUNTRY, box(20, 40, 60, 60)),
            shape("region", Level.REGION, box(38, 54, 40, 56)),
            shape("town", Level.MUNICIPALITY, box(38.5, 55, 39, 55.2), "region"),
            shape("west", Level.DISTRICT, box(38.5, 55, 38.75, 55.2)),
            shape("east", Level.DISTRICT, box(38.75, 55, 39, 55.2)),
        ]
    )


def codes(found) -> list[str]:
    return [territory.code for territory in found]


def test_point_gives_smallest_level_first(index):
    assert codes(index.at(lon=38.6, lat=55.1)) == ["west", "town", "region", "country"]


def test_point_on_a_border_belongs_to_both(index):
    assert codes(index.at(lon=38.75, lat=55.1))[:2] == ["east", "west"]


@pytest.mark.parametrize("point", [(0.0, 0.0), (-170.0, -80.0), (math.nan, 55.0), (math.inf, 1.0)])
def test_point_outside_gives_nothing(index, point):
    assert index.at(lon=point[0], lat=point[1]) == ()


def test_empty_index_answers():
    empty = TerritoryIndex(())
    assert empty.at(lon=1, lat=1) == ()
    assert empty.near_border(lon=1, lat=1, within_m=50) == ()
    assert empty.at_each([(1, 1)]) == [()]


def test_ancestors_follow_parents_and_middles(index):
    assert codes(index.ancestors("west")) == ["town", "region", "country"]
    assert codes(index.ancestors("country")) == []


@pytest.mark.parametrize(("metres", "expected"), [(30, ["east"]), (49, ["east"]), (60, [])])
def test_neighbour_within_fifty_metres_is_near(index, metres, expected):
    lon = 38.75 - metres / (METRES_PER_DEGREE * math.cos(math.radians(55.1)))
    assert codes(index.near_border(lon=lon, lat=55.1, within_m=50)) == expected


def test_point_just_outside_sees_what_is_near(index):
    south = 55.0 - 20 / METRES_PER_DEGREE
    assert codes(index.near_border(lon=38.6, lat=south, within_m=50)) == ["west", "town"]


@given(st.lists(st.tuples(st.floats(19, 61), st.floats(39, 61)), max_size=20))
def test_batches_agree_with_single_points(index, points):
    assert index.at_each(points) == [index.at(lon=lon, lat=lat) for lon, lat in points]


@given(st.floats(38.4, 39.1), st.floats(54.9, 55.3))
def test_near_and_inside_never_meet(index, lon, lat):
    inside = set(codes(index.at(lon=lon, lat=lat)))
    assert not inside & set(codes(index.near_border(lon=lon, lat=lat, within_m=200)))


def test_outlines_are_geojson(index):
    drawn = feature_collection(outlines(index, level=Level.DISTRICT, simplify_m=100), language="ru")
    assert [feature["properties"]["name"] for feature in drawn["features"]] == ["EAST", "WEST"]
    assert drawn["features"][0]["geometry"]["type"] == "Polygon"
