"""The command that loads services, and the desk of the app."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from idp.kernel.ground import clock
from widget_server.routing import authorities, current_desk
from widget_server.routing.cli import routing
from widget_server.territories.cli import territories

DEMO = Path(__file__).resolve().parents[3] / "examples" / "demo_data"
SERVICES = str(DEMO / "authorities.toml")
LEVELS = {
    "country": "country",
    "regions": "region",
    "municipalities": "municipality",
    "districts": "district",
}


@pytest.fixture
def places(floor):
    for name, level in LEVELS.items():
        file = str(DEMO / "territories" / f"{name}.geojson")
        result = CliRunner().invoke(territories, ["load", file, "--level", level, "--yes"], obj=floor)
        assert result.exit_code == 0, result.output
    return floor


def run(floor, *arguments, **options):
    return CliRunner().invoke(routing, arguments, obj=floor, **options)


def test_dry_run_of_services_writes_nothing(places):
    result = run(places, "load", SERVICES, "--dry-run")
    assert result.exit_code == 0, result.output
    with places.db.reading() as session:
        assert authorities(session) == ()


def test_services_are_loaded_once_and_answer_pins(places):
    assert run(places, "load", SERVICES, input="y\n").exit_code == 0
    assert run(places, "load", SERVICES).exit_code == 0
    with places.db.reading() as session:
        answer = current_desk().at_pin(session, lon=38.7783, lat=55.0794, now=clock.now(), language="ru")
    assert answer.category("lighting.street").receivers[0].code == "kolomna-gorsvet"


def test_services_without_their_territories_are_refused(floor):
    result = run(floor, "load", SERVICES, "--yes")
    assert result.exit_code == 1
    assert "kolomna" in result.output


def test_unreadable_services_file_is_refused(floor, tmp_path):
    file = tmp_path / "bad.toml"
    file.write_text("x = [", encoding="utf-8")
    assert run(floor, "load", str(file), "--yes").exit_code == 1
