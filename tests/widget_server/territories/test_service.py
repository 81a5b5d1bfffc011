"""Loading territories and places, and reading them back."""

import json
import threading
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from widget_server.territories.gazetteer import PlaceDraft, prefixes_of, words_of
from widget_server.territories.models import GazetteerPrefix, Territory
from widget_server.territories.queries import Gazetteer, TerritoryIndexes
from widget_server.territories.rules import Level
from widget_server.territories.schemas import (
    MissingColumn,
    PlaceFields,
    TerritoryFields,
    UnreadableTerritories,
    read_places,
    read_territories,
)
from widget_server.territories.service import (
    TerritoriesRefused,
    load_places,
    load_territories,
    plan_territories,
)

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
DISTRICTS = TerritoryFields(level=Level.DISTRICT)
DATA = Path(__file__).resolve().parents[3].parent / "shared" / "data"


def square(west: float, south: float, size: float = 1.0) -> dict:
    east, north = west + size, south + size
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def geojson(**features) -> bytes:
    made = [
        {"type": "Feature", "properties": {"name": code.upper(), "name_en": code}, "geometry": geometry}
        for code, geometry in features.items()
    ]
    return json.dumps({"type": "FeatureCollection", "features": made}).encode()


def load(session, data, source="own", fields=DISTRICTS):
    return load_territories(session, data, fields=fields, source=source, now=NOW)


def test_loaded_territories_are_found_by_point(session):
    load(session, geojson(a=square(0, 0), b=square(2, 2)))
    index = TerritoryIndexes().current(session)
    assert [found.code for found in index.at(lon=2.5, lat=2.5)] == ["b"]


def test_second_load_changes_nothing(session):
    data = geojson(a=square(0, 0))
    load(session, data)
    before = TerritoryIndexes().current(session).revision
    assert load(session, data).difference.is_empty
    assert TerritoryIndexes().current(session).revision == before


def test_plan_writes_nothing(session):
    plan_territories(session, geojson(a=square(0, 0)), fields=DISTRICTS, source="own")
    assert session.scalar(select(func.count()).select_from(Territory)) == 0


def test_missing_territory_is_retired_and_may_return(session):
    load(session, geojson(a=square(0, 0), b=square(2, 2)))
    assert load(session, geojson(a=square(0, 0))).difference.removed == ("b",)
    assert [found.code for found in TerritoryIndexes().current(session).territories] == ["a"]
    row = session.scalars(select(Territory).where(Territory.code == "b")).one()
    assert row.retired_at == NOW
    load(session, geojson(a=square(0, 0), b=square(2, 2)))
    assert session.get(Territory, row.id).retired_at is None


def test_changed_shape_reaches_a_kept_index(session):
    kept = TerritoryIndexes()
    load(session, geojson(a=square(0, 0)))
    assert kept.current(session).at(lon=5.5, lat=5.5) == ()
    assert load(session, geojson(a=square(5, 5))).difference.changed == ("a",)
    assert [found.code for found in kept.current(session).at(lon=5.5, lat=5.5)] == ["a"]


def test_index_is_built_once_per_revision(session):
    load(session, geojson(a=square(0, 0)))
    kept = TerritoryIndexes()
    token = kept.current(session).revision
    found = []
    threads = [
        threading.Thread(target=lambda: found.append(kept.current(session, token=token))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len({id(index) for index in found}) == 1


def test_code_of_another_source_is_refused(session):
    load(session, geojson(a=square(0, 0)), source="one")
    with pytest.raises(TerritoriesRefused):
        load(session, geojson(a=square(1, 1)), source="two")


def test_source_retires_only_its_own(session):
    load(session, geojson(a=square(0, 0)), source="one")
    load(session, geojson(b=square(2, 2)), source="two")
    assert len(TerritoryIndexes().current(session)) == 2


@pytest.mark.parametrize(
    "data", [b"", b"\xff\xfe", b"[]", b"{}", b'{"features": 1}', b'{"features": [1]}', b"[" * 50]
)
def test_unreadable_file_is_refused(data):
    with pytest.raises(UnreadableTerritories):
        read_territories(data, DISTRICTS)


@pytest.mark.parametrize(
    "geometry",
    [
        None,
        {},
        {"type": "Polygon"},
        {"type": "Polygon", "coordinates": "x"},
        {"type": "Polygon", "coordinates": [[[1, 2]]]},
        {"type": "Nonsense", "coordinates": []},
        {"type": "Point", "coordinates": [1, 2]},
    ],
)
def test_unusable_geometry_becomes_a_finding(session, geometry):
    plan = plan_territories(session, geojson(a=geometry), fields=DISTRICTS, source="own")
    assert plan.checked.has_errors


@pytest.mark.skipif(not DATA.is_dir(), reason="the shared data folder is absent")
@pytest.mark.parametrize(
    ("file", "fields", "count", "repairs"),
    [
        (
            "regions-83.geojson",
            TerritoryFields(level=Level.REGION, name_en="name_latin", code_prefix="ru"),
            83,
            10,
        ),
        (
            "districts-moscow.geojson",
            TerritoryFields(Level.DISTRICT, name_en="name_lat", code_prefix="msk"),
            125,
            0,
        ),
        (
            "districts-st-petersburg.geojson",
            TerritoryFields(Level.DISTRICT, name_en="name_lat", code_prefix="spb"),
            107,
            0,
        ),
    ],
)
def test_real_files_load_whole(session, file, fields, count, repairs):
    plan = load(session, (DATA / file).read_bytes(), source=file, fields=fields)
    assert len(plan.difference.added) == count
    assert len([f for f in plan.checked.findings if f.severity == "repaired"]) == repairs
    assert load(session, (DATA / file).read_bytes(), source=file, fields=fields).difference.is_empty


PLACES = (
    PlaceDraft("улица Октябрьской Революции", "Oktyabrskoy Revolyutsii Street", 38.77, 55.08, "street"),
    PlaceDraft("Октябрьская площадь", "Oktyabrskaya Square", 37.61, 55.73, "square"),
    PlaceDraft("улица Зелёная", "Zelyonaya Street", 38.81, 55.07, "street"),
    PlaceDraft("улица 8 Марта", "8 Marta Street", 38.76, 55.10, "street"),
    PlaceDraft("г Коломна", "Kolomna", 38.778, 55.079, "city", 140_000),
    PlaceDraft("г Колпино", "Kolpino", 30.6, 59.75, "city", 145_000),
)


@pytest.mark.parametrize(
    ("text", "best"),
    [
        ("Коломна", "г Коломна"),
        ("коломн", "г Коломна"),
        ("в Коломне", "г Коломна"),
        ("КОЛОМНУ", "г Коломна"),
        ("kolom", "г Коломна"),
        ("зеленая", "улица Зелёная"),
        ("на Зелёной улице, 5", "улица Зелёная"),
        ("ул. Октябрьской революции 205", "улица Октябрьской Революции"),
        ("октябрьская революция", "улица Октябрьской Революции"),
        ("8 марта", "улица 8 Марта"),
        ("марта", "улица 8 Марта"),
        ("революции окт", "улица Октябрьской Революции"),
    ],
)
def test_typed_words_find_the_place(session, text, best):
    load_places(session, PLACES, source="own")
    found = Gazetteer(session).search(text)
    assert found
    assert found[0].label_ru == best


def test_nearer_place_comes_first(session):
    load_places(session, PLACES, source="own")
    near_moscow = Gazetteer(session).search("октябрьск", near=(37.6, 55.7))
    near_kolomna = Gazetteer(session).search("октябрьск", near=(38.8, 55.1))
    assert (near_moscow[0].kind, near_kolomna[0].kind) == ("square", "street")


@pytest.mark.parametrize("text", ["", "   ", "!!!", "%", "_", "нетакогоместа", "\x00", "а" * 10_000, "🏠"])
def test_unknown_words_find_nothing(session, text):
    load_places(session, PLACES, source="own")
    assert Gazetteer(session).search(text) == ()


def test_loading_places_again_replaces_them(session):
    load_places(session, PLACES, source="own")
    load_places(session, PLACES[:2], source="own")
    assert Gazetteer(session).search("Коломна") == ()
    assert len(Gazetteer(session).search("октябрь")) == 2


def test_every_lookup_uses_the_prefix_index(session):
    load_places(session, PLACES, source="own")
    assert GazetteerPrefix.__table__.primary_key.columns.keys()[0] == "prefix"
    assert session.scalar(select(func.count()).select_from(GazetteerPrefix)) > 50


@given(st.text(max_size=80))
def test_any_label_gives_bounded_prefixes(text):
    assert all(1 <= len(prefix) <= 12 for prefix in prefixes_of(text))
    assert words_of(text) == words_of(text.upper()) or not text.isascii()


def test_rows_without_coordinates_are_reported():
    table = StringIO('label,lon,lat\nА,1,2\nБ,,\nВ,500,1\n,1,1\nГ,"38,5","55,1"\n')
    read = read_places(table, PlaceFields())
    assert [draft.label_ru for draft in read.drafts] == ["А", "Г"]
    assert read.rejected_lines == [3, 4, 5]


def test_missing_column_is_named():
    with pytest.raises(MissingColumn) as refused:
        read_places(StringIO("a,b\n1,2\n"), PlaceFields())
    assert refused.value.evidence == {"column": "label"}


@pytest.mark.skipif(not DATA.is_dir(), reason="the shared data folder is absent")
def test_real_cities_are_found(session):
    fields = PlaceFields(
        label="address", lon="geo_lon", lat="geo_lat", kind_value="city", weight="population"
    )
    with (DATA / "cities.csv").open(encoding="utf-8-sig", newline="") as table:
        read = read_places(table, fields)
    assert (len(read.drafts), read.rejected_lines) == (1117, [])
    load_places(session, read.drafts, source="cities")
    found = Gazetteer(session).search("коломн")
    assert found[0].label_ru.endswith("Коломна")
