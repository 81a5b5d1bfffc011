"""Who serves a point: scopes, answers, levels, priorities, borders."""

from uuid import NAMESPACE_URL, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely import box

from widget_server.routing.catalogue import Words
from widget_server.routing.catalogue_file import shipped_catalogue
from widget_server.routing.receivers import (
    AuthorityCard,
    Duties,
    Duty,
    answer_key,
    choose,
    deciding_values,
    sides,
)
from widget_server.territories import Level, TerritoryAt, TerritoryIndex, TerritoryShape

CATALOGUE = shipped_catalogue()
POTHOLE = CATALOGUE.category("roads.pothole")
LIFT = CATALOGUE.category("housing.lift")
BUS = CATALOGUE.category("transport.schedule")


def card(code: str) -> AuthorityCard:
    words = Words(code, code)
    return AuthorityCard(uuid5(NAMESPACE_URL, code), code, words, words, code, "", "", Words("", ""))


def duty(code: str, territory: str = "town", scope: str = "*", **own) -> Duty:
    return Duty(card(code), territory, scope, **own)


def shape(code, level, west, south, east, north, parent=None) -> TerritoryShape:
    territory = TerritoryAt(uuid5(NAMESPACE_URL, code), code, level, code, code, parent, "50", None)
    return TerritoryShape(territory, box(west, south, east, north).wkb)


INDEX = TerritoryIndex(
    [
        shape("region", Level.REGION, 38, 54, 40, 56),
        shape("town", Level.MUNICIPALITY, 38.5, 55, 39, 55.2, "region"),
        shape("other-town", Level.MUNICIPALITY, 38, 55, 38.5, 55.2, "region"),
        shape("west", Level.DISTRICT, 38.5, 55, 38.75, 55.2, "town"),
        shape("east", Level.DISTRICT, 38.75, 55, 39, 55.2, "town"),
    ]
)
INSIDE, ON_DISTRICTS, NEAR_TOWNS = (38.6, 55.1), (38.7498, 55.1), (38.5003, 55.1)


def found(duties, category=POTHOLE, at=INSIDE, answer="") -> list[tuple[str, str]]:
    here = INDEX.at(lon=at[0], lat=at[1])
    near = INDEX.near_border(lon=at[0], lat=at[1], within_m=50)
    held = Duties(duties)
    served = [held.serving(chain, category) for chain in sides(INDEX, here, near)]
    return sorted((choice.duty.authority.code, choice.why) for choice in choose(served, answer=answer))


def test_nobody_serves_where_nobody_is_named():
    assert found([]) == []
    assert found([duty("far", "other-town")]) == []


def test_narrower_scope_wins_over_the_rest():
    duties = [duty("all"), duty("roads", scope="roads"), duty("holes", scope="roads.pothole")]
    assert found(duties) == [("holes", "place")]
    assert found(duties[:2]) == [("roads", "place")]


def test_narrower_scope_wins_over_smaller_territory():
    assert found([duty("town"), duty("region-roads", "region", "roads")]) == [("region-roads", "place")]


def test_smaller_territory_wins_at_equal_scope():
    duties = [duty("region", "region", "roads"), duty("town", "town", "roads")]
    assert found(duties) == [("town", "place")]


def test_equals_are_both_shown():
    assert found([duty("a", scope="roads"), duty("b", scope="roads")]) == [("a", "place"), ("b", "place")]


def test_priority_overrules_specificity():
    duties = [duty("all", priority=1), duty("holes", scope="roads.pothole")]
    assert found(duties) == [("all", "place")]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("", ("town", "place")),
        ("street", ("town", "place")),
        ("unknown", ("town", "place")),
        ("regional", ("region", "answer")),
        ("REGIONAL ", ("region", "answer")),
    ],
)
def test_road_class_changes_the_receiver(answer, expected):
    duties = [
        duty("town", scope="roads"),
        duty("region", "region", "roads", question="road_class", value="regional"),
    ]
    assert found(duties, answer=answer) == [expected]


@pytest.mark.parametrize(
    ("answer", "expected"),
    [("20", "carrier"), ("автобус № 20", "carrier"), ("20а", "town"), ("21", "town"), ("", "town")],
)
def test_route_changes_the_carrier(answer, expected):
    duties = [duty("town"), duty("carrier", "region", "transport", question="route", value="20")]
    assert found(duties, BUS, answer=answer)[0][0] == expected


def test_condition_of_another_question_never_fits():
    duties = [duty("company", scope="*", question="managed_by", value="company")]
    assert found(duties, POTHOLE, answer="company") == []
    assert found(duties, LIFT, answer="company") == [("company", "answer")]


def test_border_of_districts_shows_both_sides():
    duties = [duty("west", "west", "roads"), duty("east", "east", "roads")]
    assert found(duties, at=ON_DISTRICTS) == [("east", "border"), ("west", "place")]
    assert found(duties, at=INSIDE) == [("west", "place")]


def test_border_of_towns_shows_both_sides():
    duties = [duty("town"), duty("other", "other-town"), duty("roads", "town", "roads")]
    assert found(duties, at=NEAR_TOWNS) == [("other", "border"), ("roads", "place")]


def test_common_service_is_shown_once_at_a_border():
    assert found([duty("region", "region", "roads")], at=NEAR_TOWNS) == [("region", "place")]


def test_pin_just_outside_still_has_its_neighbours():
    assert found([duty("town")], at=(39.0003, 55.1)) == [("town", "border")] or found(
        [duty("town")], at=(39.0003, 55.1)
    ) == [("town", "place")]


def test_deciding_values_name_each_answer_once():
    held = Duties(
        [
            duty("a", scope="roads", question="road_class", value="regional"),
            duty("b", scope="roads", question="road_class", value="federal"),
            duty("c", scope="roads.pothole", question="road_class", value="regional"),
        ]
    )
    served = [held.serving(INDEX.at(lon=INSIDE[0], lat=INSIDE[1]), POTHOLE)]
    assert sorted(deciding_values(served)) == ["federal", "regional"]


SCOPES = st.sampled_from(["*", "roads", "roads.pothole", "housing"])
PLACES = st.sampled_from(["region", "town", "other-town", "west", "east"])
DUTY = st.builds(
    lambda name, place, scope, value: duty(
        name, place, scope, question="road_class" if value else "", value=value
    ),
    st.sampled_from("abcdef"),
    PLACES,
    SCOPES,
    st.sampled_from(["", "regional", "federal"]),
)


@given(st.lists(DUTY, max_size=12), st.sampled_from(["", "regional", "street"]), st.randoms())
def test_order_of_the_file_does_not_matter(duties, answer, shuffle):
    turned = list(duties)
    shuffle.shuffle(turned)
    codes = {code for code, _ in found(duties, answer=answer)}
    assert codes == {code for code, _ in found(turned, answer=answer)}


@given(st.lists(DUTY, max_size=12), st.text(max_size=10))
def test_receivers_come_from_the_chain_and_only_once(duties, answer):
    codes = [code for code, _ in found(duties, answer=answer)]
    assert len(codes) == len(set(codes))
    allowed = {d.authority.code for d in duties if d.territory_code in ("west", "town", "region")}
    assert set(codes) <= allowed


@given(st.lists(DUTY, min_size=1, max_size=12))
def test_somebody_serves_when_an_unconditional_duty_covers(duties):
    covers = any(
        d.territory_code in ("west", "town", "region") and d.scope != "housing" and not d.question
        for d in duties
    )
    assert bool(found(duties)) == covers


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("20", "20"),
        ("№20", "20"),
        ("автобус 20А", "20а"),
        ("Company", "company"),
        ("", ""),
        ("трамвай", "трамвай"),
    ],
)
def test_answers_are_compared_plainly(text, key):
    assert answer_key(text) == key


@given(st.text(max_size=40))
def test_answer_keys_are_stable(text):
    assert answer_key(answer_key(text)) == answer_key(text)
