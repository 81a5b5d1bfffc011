"""The commands that load territories and places."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from widget_server.territories import Gazetteer, Level, TerritoryIndexes, outlines
from widget_server.territories.cli import territories
from widget_server.territories.models import Territory

DEMO = Path(__file__).resolve().parents[3] / "examples" / "demo_data"
REGIONS = str(DEMO / "territories" / "regions.geojson")


@pytest.fixture
def run(floor):
    def command(*arguments, **options):
        return CliRunner().invoke(territories, arguments, obj=floor, **options)

    return command


def loaded(floor) -> int:
    with floor.db.reading() as session:
        return session.scalar(select(func.count()).select_from(Territory))


def test_dry_run_shows_and_writes_nothing(run, floor):
    result = run("load", REGIONS, "--level", "region", "--dry-run")
    assert result.exit_code == 0, result.output
    assert "mosobl" in result.output
    assert loaded(floor) == 0


def test_answer_no_writes_nothing(run, floor):
    result = run("load", REGIONS, "--level", "region", input="n\n")
    assert result.exit_code == 1
    assert loaded(floor) == 0


def test_answer_yes_loads(run, floor):
    assert run("load", REGIONS, "--level", "region", input="y\n").exit_code == 0
    assert loaded(floor) == 2
    again = run("load", REGIONS, "--level", "region")
    assert again.exit_code == 0
    assert "2" in again.output


def test_options_name_properties_and_constants(run, floor, tmp_path):
    ring = [[37.5, 55.7], [37.6, 55.7], [37.6, 55.8], [37.5, 55.7]]
    feature = {
        "properties": {"title": "район Арбат", "lat_name": "rajon Arbat"},
        "geometry": {"type": "Polygon", "coordinates": [ring]},
    }
    file = tmp_path / "one.geojson"
    file.write_text(json.dumps({"features": [feature]}), encoding="utf-8")
    options = "--level district --name-property title --name-en-property lat_name --code-prefix msk"
    result = run("load", str(file), *options.split(), "--parent", "msk", "--region", "77", "--yes")
    assert result.exit_code == 0, result.output
    with floor.db.reading() as session:
        (found,) = TerritoryIndexes().current(session).territories
    assert (found.code, found.parent_code, found.region) == ("msk-rajon-arbat", "msk", "77")


@pytest.mark.parametrize("text", ["", "{}", '{"features": [{}]}'])
def test_bad_file_is_refused_without_a_trace(run, floor, tmp_path, text):
    file = tmp_path / "bad.geojson"
    file.write_text(text, encoding="utf-8")
    result = run("load", str(file), "--level", "region", "--yes")
    assert result.exit_code == 1
    assert not isinstance(result.exception, ValueError)
    assert loaded(floor) == 0


def test_streets_are_loaded_and_found(run, floor):
    assert run("places", str(DEMO / "streets.csv"), "--dry-run").exit_code == 0
    result = run("places", str(DEMO / "streets.csv"))
    assert result.exit_code == 0, result.output
    with floor.db.reading() as session:
        assert Gazetteer(session).search("лажечникова")


def test_missing_column_is_said(run, tmp_path):
    file = tmp_path / "places.csv"
    file.write_text("a,b\n1,2\n", encoding="utf-8")
    result = run("places", str(file))
    assert result.exit_code == 1
    assert "label" in result.output


def test_every_level_of_the_demo_has_outlines(run, floor):
    for name, level in (("country", "country"), ("regions", "region"), ("districts", "district")):
        run("load", str(DEMO / "territories" / f"{name}.geojson"), "--level", level, "--yes")
    with floor.db.reading() as session:
        index = TerritoryIndexes().current(session)
    assert all(outlines(index, level=level, simplify_m=50) for level in (Level.COUNTRY, Level.DISTRICT))


def test_wgs84_files_of_the_world_load(run, shared_data):
    options = "--level region --name-en-property name_latin --code-prefix ru --dry-run"
    result = run("load", str(shared_data / "regions-83.geojson"), *options.split())
    assert result.exit_code == 0, result.output
    assert "83" in result.output
