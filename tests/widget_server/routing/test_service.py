"""Loading services: checks, differences, idempotence, and reading them back."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from widget_server.routing.catalogue_file import shipped_catalogue
from widget_server.routing.models import Authority, Responsibility
from widget_server.routing.queries import authorities, authority, authority_by_code
from widget_server.routing.schemas import UnreadableRouting
from widget_server.routing.service import RoutingRefused, load_routing, plan_routing
from widget_server.territories import Gazetteer, PlaceFields, TerritoryIndexes, load_places, read_places

DEMO = Path(__file__).resolve().parents[3] / "examples" / "demo_data"
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
CATALOGUE = shipped_catalogue()
ONE = """
[[authority]]
code = "one"
name_ru = "Первая служба"
email = "one@service.example"
territory = "kolomna"
[[authority.serves]]
categories = ["roads"]
"""


def plan(session, text, source="own"):
    index = TerritoryIndexes().current(session)
    return plan_routing(session, text.encode(), catalogue=CATALOGUE, index=index, source=source)


def load(session, text, source="own"):
    index = TerritoryIndexes().current(session)
    return load_routing(session, text.encode(), catalogue=CATALOGUE, index=index, source=source, now=NOW)


def test_demo_file_is_sound_and_idempotent(demo):
    text = (DEMO / "authorities.toml").read_text()
    again = plan(demo, text, source="demo")
    assert again.faults == ()
    assert again.is_empty
    assert len(again.unchanged) == len(authorities(demo))


def test_plan_of_services_writes_nothing(demo):
    before = demo.scalar(select(func.count()).select_from(Authority))
    assert plan(demo, ONE).added == ("one",)
    assert demo.scalar(select(func.count()).select_from(Authority)) == before


def test_changed_duty_replaces_the_old_one(demo):
    load(demo, ONE)
    assert load(demo, ONE.replace('"roads"', '"yards"')).changed == ("one",)
    owner = authority_by_code(demo, "one").card.id
    scopes = demo.scalars(select(Responsibility.scope).where(Responsibility.authority_id == owner)).all()
    assert scopes == ["yards"]


def test_removed_service_is_switched_off_and_known(demo):
    load(demo, ONE)
    kept = authority_by_code(demo, "one")
    assert load(demo, ONE.replace('"one"', '"two"')).removed == ("one",)
    assert not authority(demo, kept.card.id).is_active
    assert load(demo, ONE).added == ("one",)
    assert authority(demo, kept.card.id).is_active


def test_names_fall_back_to_the_full_one(demo):
    load(demo, ONE)
    card = authority_by_code(demo, "one").card
    assert (card.short_name.ru, card.to("ru"), card.name.en) == ("Первая служба",) * 3


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('"roads"', '"no.such"', "no category or group"),
        ('"kolomna"', '"atlantis"', "no territory"),
        ('name_ru = "Первая служба"\n', "", "no name_ru"),
        ("one@service.example", "one", "e-mail"),
        ('code = "one"', 'code = "Один"', "code must be"),
        ('code = "one"', 'code = "one"\ncolour = 1', "Unknown key"),
        ('territory = "kolomna"\n', "", "names no territory"),
        ('["roads"]', '["roads"]\nwhen = { question = "taste", values = ["x"] }', "asks"),
        ('["roads"]', '["roads"]\nwhen = { question = "road_class", values = ["moon"] }', "asks"),
        ('["roads"]', '["roads"]\nwhen = { question = "road_class" }', "no values"),
        ('["roads"]', '["roads"]\nfix = { days = "x", kind = "working" }', "must have days"),
        ('["roads"]', '["roads"]\ntoday = true', "Unknown key"),
    ],
)
def test_faults_of_services_are_listed(demo, old, new, words):
    found = plan(demo, ONE.replace(old, new, 1))
    assert any(words in sentence for _, sentence, _ in found.faults)
    with pytest.raises(RoutingRefused):
        load(demo, ONE.replace(old, new, 1))


def test_repeated_service_is_a_fault(demo):
    assert any("times" in values for _, _, values in plan(demo, ONE + ONE).faults)


def test_code_of_another_file_is_refused(demo):
    load(demo, ONE, source="first")
    assert any("belongs" in sentence for _, sentence, _ in plan(demo, ONE, source="second").faults)


@pytest.mark.parametrize("data", [b"", b"x = 1", b"authority = 1", b"\xff", b"[[authority"])
def test_unreadable_services_are_refused(demo, data):
    with pytest.raises(UnreadableRouting):
        plan_routing(demo, data, catalogue=CATALOGUE, index=TerritoryIndexes().current(demo), source="own")


def test_demo_streets_are_found(session):
    with (DEMO / "streets.csv").open(encoding="utf-8", newline="") as table:
        read = read_places(table, PlaceFields())
    assert read.rejected_lines == []
    assert len(read.drafts) >= 80
    load_places(session, read.drafts, source="streets")
    near_kolomna = Gazetteer(session).search("льва толстого", near=(38.78, 55.08))
    assert near_kolomna[0].label_ru == "улица Льва Толстого, Коломна"
    assert Gazetteer(session).search("коломна")[0].kind == "city"
    assert Gazetteer(session).search("коломна октябрьской революции 205")[0].kind == "street"
