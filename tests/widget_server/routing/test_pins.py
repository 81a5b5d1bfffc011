"""The one answer per pin, on the demo's own territories and services."""

import math
from datetime import UTC, datetime, timedelta

import orjson
import pytest
import sqlalchemy as sa

from widget_server.routing import (
    ImpossiblePlace,
    PinDesk,
    UnknownCategory,
    load_routing,
    shipped_calendars,
    shipped_catalogue,
)
from widget_server.routing.documents import PinDocuments, pin_document
from widget_server.routing.pins import AnswerMemory
from widget_server.territories import TerritoryIndexes

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
GOLUTVIN = (38.7783, 55.0794)
DISTRICT_BORDER = (38.785, 55.0888)
TOWN_BORDER = (38.63, 55.1003)
KOLYCHEVO = (38.73, 55.055)
LUKHOVITSY = (39.15, 55.0)
RYAZAN = (39.74, 54.63)
SEA = (30.0, 43.5)
ARBAT = (37.59, 55.751)


@pytest.fixture(scope="module")
def desk() -> PinDesk:
    return PinDesk(shipped_catalogue(), calendars=shipped_calendars(), indexes=TerritoryIndexes())


@pytest.fixture
def ask(demo, desk):
    def asked(place, language="ru", now=NOW):
        return desk.at_pin(demo, lon=place[0], lat=place[1], now=now, language=language)

    return asked


def names(receivers) -> list[str]:
    return sorted(receiver.code for receiver in receivers)


def test_pin_gives_chain_and_every_category(ask):
    answer = ask(GOLUTVIN)
    assert [place.code for place in answer.territories] == ["kolomna-golutvin", "kolomna", "mosobl", "ru"]
    assert len(answer.categories) == len(shipped_catalogue().categories)
    assert (answer.region, answer.timezone, answer.is_outside) == ("50", "Europe/Moscow", False)


def test_pothole_has_service_and_both_deadlines(ask):
    (receiver,) = ask(GOLUTVIN).category("roads.pothole").receivers
    assert (receiver.code, receiver.to) == ("kolomna-roads", "Дорожную службу")
    assert receiver.answer_due_at == datetime(2026, 12, 3, 20, 59, 59, tzinfo=UTC)
    assert receiver.fix_due_at == datetime(2026, 12, 5, 20, 59, 59, tzinfo=UTC)


def test_road_class_is_answered_beforehand(ask):
    pothole = ask(GOLUTVIN).category("roads.pothole")
    assert names(pothole.receivers_for("regional")) == ["mosobl-roads"]
    assert names(pothole.receivers_for("federal")) == ["federal-roads"]
    assert names(pothole.receivers_for("street")) == ["kolomna-roads"]
    assert names(pothole.receivers_for(None)) == ["kolomna-roads"]


def test_own_deadline_of_a_service_is_used(ask):
    (receiver,) = ask(GOLUTVIN).category("roads.pothole").receivers_for("federal")
    assert receiver.fix_rule.days == 7


def test_border_of_districts_offers_both_companies(ask):
    lift = ask(DISTRICT_BORDER).category("housing.lift")
    assert names(lift.receivers_for("company")) == ["kolomna-uk-dom", "kolomna-uk-posad"]


def test_two_companies_of_one_district_are_offered(ask):
    lift = ask(KOLYCHEVO).category("housing.lift")
    assert names(lift.receivers_for("company")) == ["kolomna-uk-dom", "kolomna-uk-posad"]
    assert names(lift.receivers) == ["kolomna-administration"]


def test_border_of_towns_offers_both_administrations(ask):
    strays = ask(TOWN_BORDER).category("animals.strays")
    assert names(strays.receivers) == ["kolomna-administration", "voskresensk-administration"]


def test_hole_has_only_the_regions_services(ask):
    answer = ask(LUKHOVITSY)
    assert answer.category("animals.strays").receivers == ()
    assert names(answer.category("waste.dump").receivers) == ["mosobl-waste"]


def test_nobody_serves_beyond_the_demo(ask):
    answer = ask(RYAZAN)
    assert not answer.is_outside
    assert not any(category.receivers for category in answer.categories)


def test_sea_is_outside_with_a_message(ask):
    answer = ask(SEA)
    assert answer.is_outside
    assert answer.message
    assert answer.categories == ()


def test_moscow_has_its_own_services(ask):
    answer = ask(ARBAT)
    assert answer.region == "77"
    assert names(answer.category("roads.pothole").receivers) == ["msk-roads"]
    assert names(answer.category("housing.lift").receivers) == ["msk-zhilishchnik-khamovniki"]


def test_english_answer_is_english(ask):
    answer = ask(GOLUTVIN, language="en")
    assert answer.category("roads.pothole").card.label == "Pothole"
    assert answer.territories[1].name == "Kolomna"


def test_season_follows_the_local_day(ask):
    assert ask(GOLUTVIN).category("roads.snow").is_in_season
    summer = ask(GOLUTVIN, now=NOW + timedelta(days=240))
    assert not summer.category("roads.snow").is_in_season


@pytest.mark.parametrize("place", [(math.nan, 55.0), (38.0, math.inf), (181.0, 0.0), (0.0, -91.0)])
def test_impossible_coordinates_are_a_fault(ask, place):
    with pytest.raises(ImpossiblePlace):
        ask(place)


def test_submission_gets_the_same_receivers(demo, desk):
    found = desk.receivers(
        demo,
        lon=GOLUTVIN[0],
        lat=GOLUTVIN[1],
        category_code="transport.schedule",
        answers={"route": "Трамвай №3"},
        now=NOW,
        language="ru",
    )
    assert names(found) == ["kolomna-tram"]


def test_typed_route_finds_its_carrier(ask):
    bus = ask(GOLUTVIN).category("transport.schedule")
    assert names(bus.receivers_for("Трамвай №3")) == ["kolomna-tram"]
    assert names(bus.receivers_for("автобус 18")) == ["kolomna-bus"]


def test_unknown_category_is_a_fault(demo, desk):
    with pytest.raises(UnknownCategory):
        desk.receivers(demo, lon=38.8, lat=55.1, category_code="no.such", answers={}, now=NOW, language="ru")


def test_one_statement_serves_a_pin(demo, desk, ask):
    ask(GOLUTVIN)
    statements = []

    def count(*arguments):
        statements.append(arguments[2])

    engine = demo.get_bind()
    sa.event.listen(engine, "before_cursor_execute", count)
    try:
        ask(ARBAT)
    finally:
        sa.event.remove(engine, "before_cursor_execute", count)
    assert len(statements) == 1


def test_document_refers_to_each_service_once(ask):
    document = pin_document(ask(GOLUTVIN))
    codes = [service["code"] for service in document["services"]]
    assert len(codes) == len(set(codes))
    (pothole,) = [own for own in document["categories"] if own["code"] == "roads.pothole"]
    assert document["services"][pothole["receivers"][0]["service"]]["code"] == "kolomna-roads"
    assert pothole["receivers"][0]["answer_due_at"] == "2026-12-03T20:59:59+00:00"
    assert {own["value"] for own in pothole["by_answer"]} == {"yard", "regional", "federal"}


def test_kept_document_says_the_same(ask):
    documents, answer = PinDocuments(size=1), ask(GOLUTVIN)
    plain = orjson.loads(orjson.dumps(pin_document(answer)))
    for asked in (answer, answer, ask(GOLUTVIN), answer):
        assert orjson.loads(orjson.dumps(documents.document(asked))) == plain


def test_memory_forgets_the_oldest_pins():
    memory = AnswerMemory(size=2)
    for key in "ab":
        memory.keep(key, ())
    memory.recall("a")
    memory.keep("c", ())
    assert memory.recall("a") == ()
    assert memory.recall("b") is None


def test_reloaded_services_reach_a_kept_desk(demo, desk, ask):
    assert ask(RYAZAN).category("roads.pothole").receivers == ()
    text = '[[authority]]\ncode="x"\nname_ru="Икс"\nemail="x@x.example"\nterritory="ru"\n'
    load_routing(
        demo,
        (text + '[[authority.serves]]\ncategories=["roads"]\n').encode(),
        catalogue=shipped_catalogue(),
        index=TerritoryIndexes().current(demo),
        source="other",
        now=NOW,
    )
    assert names(ask(RYAZAN).category("roads.pothole").receivers) == ["x"]
