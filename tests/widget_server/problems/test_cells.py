"""Cells of the map: a search by cells misses nothing within its radius."""

import math

from hypothesis import given, settings
from hypothesis import strategies as st

from widget_server.problems.cells import LEVEL, cell_at, cells_around, distance_m

LONS = st.floats(-180, 180)
LATS = st.floats(-82, 82)
RADIUS_M = 6_371_008.8


def _at(lon: float, lat: float, *, bearing: float, away_m: float) -> tuple[float, float]:
    """Give the point at a distance in a direction, over the sphere."""
    far, phi = away_m / RADIUS_M, math.radians(lat)
    other = math.asin(math.sin(phi) * math.cos(far) + math.cos(phi) * math.sin(far) * math.cos(bearing))
    turned = math.atan2(
        math.sin(bearing) * math.sin(far) * math.cos(phi), math.cos(far) - math.sin(phi) * math.sin(other)
    )
    moved = math.degrees(math.radians(lon) + turned)
    return (moved + 540) % 360 - 180, math.degrees(other)


@settings(max_examples=300, deadline=None)
@given(LONS, LATS, st.floats(0, 2 * math.pi), st.floats(0, 1), st.sampled_from([40, 100, 250, 500]))
def test_cells_cover_every_point_within_radius(
    lon: float, lat: float, bearing: float, part: float, radius: int
) -> None:
    there = _at(lon, lat, bearing=bearing, away_m=radius * part * 0.999999)
    assert cell_at(lon=there[0], lat=there[1]) in cells_around(lon=lon, lat=lat, radius_m=radius)


@given(LONS, LATS, LONS, LATS)
def test_distance_is_the_same_both_ways(lon: float, lat: float, other_lon: float, other_lat: float) -> None:
    there = distance_m(lon=lon, lat=lat, other_lon=other_lon, other_lat=other_lat)
    back = distance_m(lon=other_lon, lat=other_lat, other_lon=lon, other_lat=lat)
    assert math.isclose(there, back, abs_tol=1e-6)
    assert 0 <= there <= math.pi * RADIUS_M + 1


@given(LONS, LATS)
def test_distance_to_itself_is_nothing(lon: float, lat: float) -> None:
    assert distance_m(lon=lon, lat=lat, other_lon=lon, other_lat=lat) == 0


@given(LONS, st.floats(-90, 90), st.integers(1, LEVEL))
def test_larger_square_is_two_bits_less(lon: float, lat: float, level: int) -> None:
    inner, outer = cell_at(lon=lon, lat=lat, level=level), cell_at(lon=lon, lat=lat, level=level - 1)
    assert inner >> 2 == outer
    assert 0 <= inner < 4**level


@given(LONS, st.floats(-90, 90))
def test_search_is_bounded_everywhere(lon: float, lat: float) -> None:
    """Also at the poles, where squares have no width: a pin there must not fill the memory."""
    assert len(cells_around(lon=lon, lat=lat, radius_m=500)) < 2_500


def test_search_at_moscow_is_small() -> None:
    assert len(cells_around(lon=37.6, lat=55.75, radius_m=500)) <= 56
    assert len(set(cells_around(lon=37.6, lat=55.75, radius_m=500))) >= 36


def test_search_crosses_the_date_line() -> None:
    assert cell_at(lon=-179.999, lat=66) in cells_around(lon=179.999, lat=66, radius_m=250)


def test_known_distance_fits() -> None:
    assert round(distance_m(lon=37.6173, lat=55.7558, other_lon=38.7590, other_lat=55.1030) / 1000) == 102
