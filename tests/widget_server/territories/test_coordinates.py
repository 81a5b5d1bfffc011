"""Coordinates as people type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from widget_server.territories.coordinates import parse_coordinates

KOLOMNA = (38.7783, 55.0794)


@pytest.mark.parametrize(
    "text",
    [
        "55.0794, 38.7783",
        "55.0794,38.7783",
        "55.0794 38.7783",
        "55,0794 38,7783",
        "55,0794; 38,7783",
        "55,0794, 38,7783",
        "(55.0794, 38.7783)",
        "55°04'45.84\"N 38°46'41.88\"E",
        "55° 04′ 45,84″ с. ш., 38° 46′ 41,88″ в. д.",
        "N55.0794 E38.7783",
        "38.7783E 55.0794N",
        "55.0794° 38.7783°",
        "55.0794 с.ш. 38.7783 в.д.",
        "с55.0794 в38.7783",
        "55°4.764'N, 38°46.698'E",
        "geo:55.0794,38.7783",
        "  55.0794\t38.7783\n",
        "+55.0794, +38.7783",
        "55.0794/38.7783",
    ],
)
def test_common_spellings_are_read(text):
    found = parse_coordinates(text)
    assert found == pytest.approx(KOLOMNA, abs=1e-6)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "55",
        "55,38",
        "550794",
        "Коломна",
        "улица Ленина, 5",
        "8 марта 12",
        "55.0794, 38.7783, 12",
        "91.5, 95.2",
        "55.0794N 38.7783N",
        "N55.0794N 38.7783",
        "55°61'00\"N 38°46'42\"E",
        "190, 20",
        "+7 916 000-00-00",
        "1" * 5000,
        "\x00",
        "55.0794, 38.7783 дом 5",
        "nan, nan",
    ],
)
def test_everything_else_is_refused(text):
    assert parse_coordinates(text) is None


def test_southern_and_western_letters_turn_the_sign():
    assert parse_coordinates("33.5 S 70.6 W") == (-70.6, -33.5)
    assert parse_coordinates("-33.5, -70.6") == (-70.6, -33.5)


def test_impossible_latitude_swaps_the_order():
    assert parse_coordinates("131.9, 43.1") == (131.9, 43.1)


@given(st.floats(-90, 90), st.floats(-180, 180))
def test_written_pairs_come_back(lat, lon):
    found = parse_coordinates(f"{lat:.6f}, {lon:.6f}")
    assert found == pytest.approx((lon, lat), abs=1e-6)


@given(st.floats(0, 89.9), st.floats(0, 179.9))
def test_degrees_minutes_seconds_come_back(lat, lon):
    def sexagesimal(value: float) -> str:
        seconds = round(value * 3600, 2)
        return f"{int(seconds // 3600)}°{int(seconds % 3600 // 60)}'{seconds % 60:05.2f}\""

    text = f"{sexagesimal(lat)}N {sexagesimal(lon)}E"
    found = parse_coordinates(text.replace('60.00"', '59.99"'))
    assert found == pytest.approx((lon, lat), abs=1e-5)


@given(st.text(alphabet="0123456789.,-+°'\"NSEWсювзш д;/()", max_size=60))
def test_any_text_gives_a_place_on_earth_or_nothing(text):
    found = parse_coordinates(text)
    assert found is None or (abs(found[0]) <= 180 and abs(found[1]) <= 90)
