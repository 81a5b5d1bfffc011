"""What programs read: a pin, places, the light map, the description of it all."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.widget_server.cast import KOLOMNA, SEA
from widget_server.territories import Level

HERE = {"lon": KOLOMNA[0], "lat": KOLOMNA[1]}
BOX = {"west": 38.5, "south": 55.0, "east": 39.0, "north": 55.2}
Faults = Callable[[Any], list[str]]


def test_pin_says_all_a_form_needs(program: Any) -> None:
    document = program.get("/pin", **HERE).get_json()
    pothole = next(c for c in document["categories"] if c["code"] == "roads.pothole")
    assert document["served"] is True
    assert pothole["questions"]
    assert "Коломна" in document["place"]["label"]


def test_pin_speaks_english_when_asked(program: Any) -> None:
    russian, english = (program.get("/pin", **HERE, lang=lang).get_json() for lang in ("ru", "en"))
    assert russian["categories"][0]["code"] == english["categories"][0]["code"]
    assert russian["categories"][0] != english["categories"][0]


def test_pin_in_the_sea_is_said_to_be_outside(program: Any) -> None:
    document = program.get("/pin", lon=SEA[0], lat=SEA[1]).get_json()
    assert document["served"] is False
    assert document["message"]


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        ({}, ["lon", "lat"]),
        ({"lon": 38}, ["lat"]),
        ({"lon": "x", "lat": 55}, ["lon"]),
        ({"lon": "NaN", "lat": "inf"}, ["lon", "lat"]),
        ({"lon": 180.1, "lat": -91}, ["lon", "lat"]),
        ({"lon": 38, "lat": 55, "lang": "de"}, ["lang"]),
        ({"lon": "1e400", "lat": "9" * 5000}, ["lon", "lat"]),
        ({"lon": "38\0", "lat": 55}, ["lon"]),
    ],
)
def test_bad_pin_names_its_fields(program: Any, faults: Faults, query: Any, fields: list[str]) -> None:
    answer = program.get("/pin", **query)
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
    assert faults(answer) == fields


@pytest.mark.parametrize("corner", [(180, 90), (-180, -90), (0, 0), (180, -90)])
def test_corner_of_the_world_is_answered(program: Any, corner: tuple[float, float]) -> None:
    assert program.get("/pin", lon=corner[0], lat=corner[1]).status_code == 200


def test_words_lead_to_places(program: Any) -> None:
    places = program.get("/places", q="Октябрьской Революции", **HERE).get_json()["places"]
    assert "Октябрьской Революции" in places[0]["label"]
    assert abs(places[0]["lon"] - HERE["lon"]) < 1


@pytest.mark.parametrize(
    "words", ["нет такой улицы", "%", "_", "'; DROP TABLE x; --", "\\", "{{7*7}}", "a" * 200]
)
def test_strange_words_lead_nowhere(program: Any, words: str) -> None:
    assert program.get("/places", q=words).get_json() == {"places": []}


@pytest.mark.parametrize("words", ["", "a" * 201])
def test_too_few_or_many_words_are_refused(program: Any, faults: Faults, words: str) -> None:
    assert faults(program.get("/places", q=words)) == ["q"]


def test_nul_in_words_is_no_mistake_of_ours(program: Any) -> None:
    assert program.get("/places", q="улица\0").status_code in (200, 422)


def test_light_map_is_geojson_for_an_hour(program: Any) -> None:
    answer = program.get("/basemap", **BOX)
    assert answer.mimetype == "application/geo+json"
    assert answer.headers["Cache-Control"] == "public, max-age=3600"
    assert answer.get_json()["type"] == "FeatureCollection"
    assert {f["geometry"]["type"] for f in answer.get_json()["features"]} >= {"Point", "Polygon"}


def test_light_map_draws_only_what_is_seen(program: Any) -> None:
    here = {f["id"] for f in program.get("/basemap", **BOX).get_json()["features"] if "id" in f}
    sea = {"west": SEA[0], "south": SEA[1], "east": SEA[0] + 0.1, "north": SEA[1] + 0.1}
    assert here
    assert program.get("/basemap", **sea).get_json()["features"] == []


def test_far_view_leaves_districts_out(program: Any) -> None:
    wide = {"west": 19, "south": 41, "east": 179, "north": 82}
    drawn = {
        f["properties"]["level"] for f in program.get("/basemap", **wide).get_json()["features"] if "id" in f
    }
    assert drawn
    assert Level.DISTRICT.value not in drawn


@pytest.mark.parametrize(
    "change",
    [{"west": 39, "east": 38.5}, {"west": 38.5, "east": 38.5}, {"south": 56}, {"east": 181}, {"west": "NaN"}],
)
def test_impossible_view_is_refused(program: Any, change: dict[str, Any]) -> None:
    answer = program.get("/basemap", **{**BOX, **change})
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")


@pytest.mark.parametrize("number", ["NOSUCH00", "0", "%00", "'--", "x" * 21, "../pin"])
def test_unknown_number_tells_nothing(program: Any, number: str) -> None:
    assert program.get(f"/problems/{number}").status_code in (404, 422)


@pytest.mark.parametrize("path", ["/pin", "/places", "/basemap", "/problems/NOSUCH00"])
@pytest.mark.parametrize("origin", ["https://dobro.test", "https://evil.test", "null"])
def test_no_other_origin_may_read(program: Any, path: str, origin: str) -> None:
    query = {**HERE, **BOX, "q": "улица"}
    answer = program.client.get(f"/api/v1{path}", query_string=query, headers={"Origin": origin})
    assert [name for name, _ in answer.headers if name.startswith("Access-Control")] == []


def test_preflight_of_a_stranger_is_not_granted(program: Any) -> None:
    headers = {
        "Origin": "https://evil.test", "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type, idempotency-key",
    }  # fmt: skip
    answer = program.client.options("/api/v1/problems", headers=headers)
    assert [name for name, _ in answer.headers if name.startswith("Access-Control")] == []


def test_description_is_openapi_three_one(program: Any) -> None:
    document = program.client.get("/api/openapi.json").get_json()
    assert document["openapi"].startswith("3.1.")
    assert document["info"] == {"title": "iGrajdanin", "version": "1"}
    assert set(document["paths"]) == {
        "/api/v1/pin", "/api/v1/places", "/api/v1/basemap", "/api/v1/photos", "/api/v1/problems",
        "/api/v1/problems/{number}",
    }  # fmt: skip


def test_description_refers_to_what_it_has(program: Any) -> None:
    document = program.client.get("/api/openapi.json").get_json()

    def references(part: Any) -> list[str]:
        if isinstance(part, dict):
            own = [part["$ref"]] if isinstance(part.get("$ref"), str) else []
            return own + [r for value in part.values() for r in references(value)]
        return [r for value in part for r in references(value)] if isinstance(part, list) else []

    for reference in references(document):
        found: Any = document
        for name in reference.removeprefix("#/").split("/"):
            found = found[name.replace("~1", "/")]


def test_every_operation_is_described(program: Any) -> None:
    paths = program.client.get("/api/openapi.json").get_json()["paths"]
    operations = [one for methods in paths.values() for one in methods.values()]
    assert all(one["summary"] and one["responses"] and one["operationId"] for one in operations)
    assert len({one["operationId"] for one in operations}) == len(operations) == 6
    header = {p["name"] for p in paths["/api/v1/problems"]["post"]["parameters"] if p["in"] == "header"}
    assert header == {"Idempotency-Key"}
