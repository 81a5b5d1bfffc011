"""From what was entered to a command that cannot be wrong: every check, both ways in."""

from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st

from idp.kernel.ground import clock
from idp.kernel.ground.faults import Invalid
from idp.kernel.work.floor import Floor
from tests.security.stage import KOLYCHEVO, two_partner_city
from tests.widget_server.cast import KOLOMNA, SEA
from widget_server.privacy import consent_texts
from widget_server.problems import (
    ReportCommand,
    ReportFields,
    check_category,
    check_contact,
    check_details,
    check_photos,
    check_place,
    check_words,
    clean_fields,
    receiver_of,
    receivers_of,
    report_command,
)
from widget_server.routing import PinAnswer, PinCategory, current_desk

CONTACT = {"email": "vera@example.org", "name": "Вера", "consents": ("process", "transfer")}
LAMP = ReportFields(
    lon=KOLOMNA[0],
    lat=KOLOMNA[1],
    category="lighting.street",
    description="Не горит",
    **CONTACT,  # type: ignore[arg-type]
)
LIFT = replace(
    LAMP, lon=KOLYCHEVO[0], lat=KOLYCHEVO[1], category="housing.lift", answers={"managed_by": "company"}
)


@pytest.fixture
def city(widget_app: Flask, floor: Floor) -> None:
    """A city with services."""
    two_partner_city(floor)


def _pin(floor: Floor, entered: ReportFields) -> PinAnswer:
    assert entered.lon is not None
    assert entered.lat is not None
    with floor.db.reading() as session:
        return current_desk().at_pin(
            session, lon=entered.lon, lat=entered.lat, now=clock.now(), language="ru"
        )


def _chosen(floor: Floor, entered: ReportFields) -> PinCategory:
    chosen = _pin(floor, entered).category(entered.category)
    assert chosen
    return chosen


def _command(floor: Floor, entered: ReportFields, photo_count: int = 0) -> ReportCommand:
    return report_command(
        entered,
        pin=_pin(floor, entered),
        partner_id=UUID(int=7),
        origin="https://dobro.test",
        language="ru",
        asked=consent_texts("ru", operator="О", receiver="Р"),
        photo_owner=None,
        photo_count=photo_count,
    )


def _names(faults: Any) -> list[str]:
    return [fault.name for fault in faults]


@given(st.text(), st.text(), st.dictionaries(st.text(max_size=5), st.text(max_size=20), max_size=3))
def test_draft_gives_back_what_it_keeps(address: str, name: str, answers: dict[str, str]) -> None:
    entered = ReportFields(
        lon=1.5, lat=-2.5, address=address, name=name, answers=answers, consents=("process",)
    )
    assert ReportFields.from_json(entered.to_json()) == entered


def test_draft_of_another_version_is_read() -> None:
    assert ReportFields.from_json({}) == ReportFields()
    assert ReportFields.from_json({"gone": 1, "name": "Вера"}) == ReportFields(name="Вера")


@given(st.text())
def test_cleaned_text_is_clean_and_stays_so(text: str) -> None:
    cleaned = clean_fields({"name": text, "description": text}, {"q": text})
    assert "\n" not in cleaned["name"]
    assert not {"\0", "\r", "\u202e"} & set(cleaned["description"])
    again = clean_fields({"name": cleaned["name"], "description": cleaned["description"]}, cleaned["answers"])
    assert again == cleaned


@settings(max_examples=200)
@given(st.text(max_size=400))
def test_no_text_breaks_the_contacts_check(email: str) -> None:
    assert set(_names(check_contact(ReportFields(email=email)))) <= {
        "email",
        "consent-process",
        "consent-transfer",
    }


def test_lamp_becomes_a_command(floor: Floor, city: None) -> None:
    command = _command(floor, LAMP)
    assert command.route.service_code == "kolomna-gorsvet"
    assert (command.route.region, command.is_public) == ("50", True)
    assert [given_.asked.purpose.value for given_ in command.consents] == ["process", "transfer"]
    assert {given_.origin for given_ in command.consents} == {"https://dobro.test"}
    assert command.route.rules.answer


def test_name_is_public_only_by_its_own_box(floor: Floor, city: None) -> None:
    assert not _command(floor, LAMP).is_name_public
    agreed = replace(LAMP, consents=("process", "transfer", "publish-name"))
    assert _command(floor, agreed).is_name_public


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"category": "roads.pothole"}, "photo"),
        ({"category": "no.such"}, "category"),
        ({"category": "animals.strays", "description": ""}, "description"),
        ({"description": "x" * 4001}, "description"),
        ({"address": "x" * 301}, "address"),
        ({"name": "x" * 201}, "name"),
        ({"email": "x"}, "email"),
        ({"consents": ("process",)}, "consent-transfer"),
        ({"answers": {"lamps": "three"}}, "answer-lamps"),
        ({"answers": {"pole_number": "x" * 201}}, "answer-pole_number"),
        ({"lon": SEA[0], "lat": SEA[1]}, "address"),
    ],
)
def test_each_mistake_is_named(floor: Floor, city: None, changes: dict[str, Any], name: str) -> None:
    with pytest.raises(Invalid) as refused:
        _command(floor, replace(LAMP, **changes))
    assert _names(refused.value.fields) == [name]


def test_longest_texts_are_taken(floor: Floor, city: None) -> None:
    longest = replace(
        LAMP, description="я" * 4000, address="я" * 300, name="я" * 200, answers={"lamps": "999999"}
    )
    assert _command(floor, longest).answers == {"lamps": "999999"}


def test_place_not_chosen_is_asked_for() -> None:
    assert _names(check_place(ReportFields(address="где-то"), None)) == ["address"]


def test_two_services_wait_for_the_choice(floor: Floor, city: None) -> None:
    chosen = _chosen(floor, LIFT)
    codes = {receiver.code for receiver in receivers_of(LIFT, chosen)}
    assert codes == {"kolomna-uk-posad", "kolomna-uk-dom"}
    assert receiver_of(LIFT, chosen) is None
    assert _names(check_details(LIFT, chosen)) == ["service"]
    picked = replace(LIFT, service="kolomna-uk-dom")
    assert check_details(picked, chosen) == []
    assert _command(floor, picked).route.service_code == "kolomna-uk-dom"


def test_answer_changes_the_receiver(floor: Floor, city: None) -> None:
    pit = replace(LAMP, category="roads.pothole")
    by_answer = {
        answer: _command(
            floor, replace(pit, answers={"road_class": answer} if answer else {}), 1
        ).route.service_code
        for answer in ("", "street", "yard", "federal")
    }
    assert by_answer == {
        "": "kolomna-roads", "street": "kolomna-roads", "yard": "kolomna-yards", "federal": "federal-roads",
    }  # fmt: skip


def test_nobody_serves_is_a_route_too(floor: Floor, city: None) -> None:
    ryazan = replace(LAMP, lon=39.74, lat=54.63)
    pin = _pin(floor, ryazan)
    if pin.is_outside:
        assert _names(check_place(ryazan, pin)) == ["address"]
        return
    command = _command(floor, ryazan)
    assert command.route.service_code == ""
    assert command.route.rules.answer is None


def test_photo_is_needed_where_the_rules_say(floor: Floor, city: None) -> None:
    pit = _chosen(floor, replace(LAMP, category="roads.pothole"))
    assert _names(check_photos(pit, 0)) == ["photo"]
    assert check_photos(pit, 1) == []
    assert check_photos(_chosen(floor, LAMP), 0) == []


def test_category_is_looked_up_at_the_pin(floor: Floor, city: None) -> None:
    pin = _pin(floor, LAMP)
    assert check_category(LAMP, pin) == []
    assert _names(check_category(replace(LAMP, category=""), pin)) == ["category"]


def test_words_of_a_service_have_bounds() -> None:
    check_words("Да")
    for text in ("", "x" * 4001):
        with pytest.raises(Invalid):
            check_words(text)
