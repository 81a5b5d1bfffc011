"""Places, categories and services that are not: the sea, no numbers, unknown codes; at both doors."""

import json

import pytest

from idp.kernel.work.floor import Floor
from tests.security.stage import KOLYCHEVO, Program, refused, right_body, rows
from tests.widget_server.cast import CONSENTS, PARTNER, SEA, Volunteer

NO_PLACES = (
    "nan, nan",
    "inf, -inf",
    "91, 181",
    "-91, 0",
    "1e400, 1",
    "0x10, 0x10",
    "55.1",
    "55.1, 38.7, 12",
    "9" * 5000 + ", 1",
    "١٢, ٣٤ " * 30,
    "; DROP TABLE problem",
    "\0, \0",
)


@pytest.mark.parametrize("typed", NO_PLACES)
def test_place_that_is_none_is_asked_for_again(volunteer: Volunteer, floor: Floor, typed: str) -> None:
    volunteer.open()
    volunteer.answer(coordinates=typed)
    assert (volunteer.page.status_code, volunteer.faults) == (422, ["address"])
    volunteer.answer("next", found=f"{typed}|place")
    assert (volunteer.page.status_code, volunteer.faults) == (422, ["address"])
    assert rows(floor, "draft") == 0


@pytest.mark.parametrize("place", [SEA, (0.0, 0.0), (180.0, 90.0), (-180.0, -90.0), (37.0, 89.999999)])
def test_place_outside_is_refused_in_words(
    volunteer: Volunteer, program: Program, place: tuple[float, float]
) -> None:
    volunteer.open(f"/w/{PARTNER}?lang=en")
    volunteer.answer(coordinates=f"{place[1]}, {place[0]}", address="у буя")
    assert (volunteer.page.status_code, volunteer.faults) == (422, ["address"])
    assert "у буя" in volunteer.text
    assert '"address"' in refused(program.report(lon=place[0], lat=place[1]), 422)
    assert program.browser.get(f"/api/v1/pin?lon={place[0]}&lat={place[1]}").status_code == 200


@pytest.mark.parametrize(
    "number",
    ["NaN", "Infinity", "-Infinity", "1e400", "181", "-91", '"x"', "[1]", "{}", "null", "true", "9" * 5000],
)
def test_number_that_is_no_coordinate_is_refused(program: Program, number: str) -> None:
    for name in ("lon", "lat"):
        body = json.dumps({**right_body(), name: "HERE"}).replace('"HERE"', number)
        if (name, number) in (("lon", "-91"), ("lon", "true"), ("lat", "true")):
            continue  # a longitude, and pydantic's reading of true as 1, which lies outside
        refused(program.send(body), 400, 422)
    for path in (
        "pin?lat=55&lon=",
        "pin?lon=38&lat=",
        "places?q=x&lon=1&lat=",
        "basemap?west=1&south=1&east=2&north=",
    ):
        answer = program.browser.get(f"/api/v1/{path}{number}")
        assert answer.status_code == 422 or number in ("true",) or (number, path[:7]) == ("-91", "pin?lat")


@pytest.mark.parametrize(
    "code", ["no.such", "", "roads", "*", "roads.pothole\0", "../roads", "x" * 5000, "РОADS.POTHOLE"]
)
def test_unknown_category_keeps_the_draft(volunteer: Volunteer, program: Program, code: str) -> None:
    page = volunteer.to_place().form_action
    volunteer.answer(category=code)
    if code != "roads.pothole\0":  # what cannot be seen is taken out before it is looked at
        assert (volunteer.page.status_code, volunteer.faults) == (422, ["category"])
        refused(program.report(category=code), 422)
    assert volunteer.browser.get(page).status_code == 200


def test_service_nobody_offered_is_refused(volunteer: Volunteer, program: Program) -> None:
    """Where two serve, the one picked must be one of the two (spec C9.2)."""
    at = {
        "lon": KOLYCHEVO[0],
        "lat": KOLYCHEVO[1],
        "category": "housing.lift",
        "answers": {"managed_by": "company"},
    }
    volunteer.open()
    volunteer.answer(coordinates=f"{KOLYCHEVO[1]}, {KOLYCHEVO[0]}")
    volunteer.answer(category="housing.lift")
    for picked in ("msk-portal", "", "kolomna-uk-posad ; x"):
        volunteer.answer(description="Лифт стоит", service=picked, **{"answer-managed_by": "company"})
        assert (volunteer.page.status_code, volunteer.faults) == (422, ["service"])
        assert "Лифт стоит" in volunteer.text
        assert '"service"' in refused(program.report(**at, service=picked), 422)
    volunteer.answer(description="Лифт стоит", service="kolomna-uk-dom", **{"answer-managed_by": "company"})
    assert volunteer.step == "photos"
    assert program.report(**at, service="kolomna-uk-posad").status_code == 201


def test_service_picked_where_one_serves_changes_nothing(program: Program, floor: Floor) -> None:
    assert program.report(service="msk-portal").status_code == 201
    with floor.db.reading() as session:
        problem = session.execute(floor.db.metadata.tables["problem"].select()).one()
    assert problem.service_code == "kolomna-gorsvet"


def test_answer_nobody_offered_is_refused(volunteer: Volunteer, program: Program) -> None:
    volunteer.to_place().answer(category="roads.pothole")
    volunteer.answer(description="Яма", **{"answer-road_class": "motorway"})
    assert (volunteer.page.status_code, volunteer.faults) == (422, ["answer-road_class"])
    for lamps in ("-1", "1e3", "²", "9" * 7, "three"):
        assert "answer-lamps" in refused(program.report(answers={"lamps": lamps}), 422)


def test_answer_to_a_question_not_asked_is_dropped(program: Program, floor: Floor) -> None:
    assert program.report(answers={"road_class": "federal", "__proto__": "x"}).status_code == 201
    with floor.db.reading() as session:
        problem = session.execute(floor.db.metadata.tables["problem"].select()).one()
    assert problem.answers == {}


def test_search_loses_no_answer(volunteer: Volunteer) -> None:
    volunteer.to_place().answer(category="lighting.street")
    category = volunteer.form_action.replace("/details", "/category")
    volunteer.answer(description="Не горит", **{"answer-pole_number": "17"})
    volunteer.open(category, referer=None)
    volunteer.answer("search", q="яма")
    volunteer.open(category.replace("/category", "/details"), referer=None)
    assert volunteer.step == "details"
    assert 'value="17"' in volunteer.text
    assert "Не горит" in volunteer.text


def test_consent_without_its_word_is_none(volunteer: Volunteer) -> None:
    volunteer.to_place().answer(category="lighting.street")
    volunteer.answer(description="Не горит")
    volunteer.answer()
    no = dict.fromkeys(CONSENTS, "no")
    volunteer.answer(email="vera@example.org", **no)
    assert volunteer.faults == ["consent-process", "consent-transfer"]


@pytest.mark.parametrize(
    "consents", [[], ["process"], ["transfer"], ["publish-name"], ["PROCESS", "TRANSFER"]]
)
def test_report_without_consent_is_not_taken(program: Program, floor: Floor, consents: list[str]) -> None:
    refused(program.report(consents=consents), 422)
    assert rows(floor, "reporter") == 0
