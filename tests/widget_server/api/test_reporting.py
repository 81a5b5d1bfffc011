"""Reports through the API: one key, one report; strangers, forgeries and excess are refused as problems."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from idp.kernel.ground.ids import new_id
from idp.kernel.outside.mail import Mail
from idp.kernel.work.floor import Floor
from tests.conftest import _client
from tests.widget_server.api.conftest import Program
from tests.widget_server.cast import DOBRO, PARTNER, SEA, photo
from widget_server.partners.service import switch_partner

KEY = "one-key-of-the-program"
Faults = Callable[[Any], list[str]]


def count(floor: Floor) -> int:
    with floor.db.reading() as session:
        return session.execute(sa.text("SELECT count(*) FROM problem")).scalar_one()


def test_report_is_stored_and_confirmed_by_mail(
    program: Program, drain: Callable[[], int], outgoing: list[Mail]
) -> None:
    answer = program.report(program.body())
    drain()
    receipt = answer.get_json()
    assert answer.status_code == 201
    assert receipt["status_url"] == f"https://widget.igrajdanin.test/p/{receipt['number']}"
    assert [mail.to for mail in outgoing] == ["vera@example.org"]


def test_reported_problem_shows_no_person(program: Program) -> None:
    number = program.report(program.body()).get_json()["number"]
    answer = program.get(f"/problems/{number}")
    assert not [word for word in ("vera", "Вера", "example") if word in answer.text]


def test_same_key_and_body_is_one_report(program: Program, floor: Floor) -> None:
    body = program.body()
    first, second = program.report(body, key=KEY), program.report(body, key=KEY)
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.get_json() == second.get_json()
    assert count(floor) == 1


def test_same_key_for_another_body_is_refused(program: Program, floor: Floor) -> None:
    body = program.body()
    program.report(body, key=KEY)
    answer = program.report({**body, "description": "Другая яма"}, key=KEY)
    assert (answer.status_code, answer.mimetype) == (409, "application/problem+json")
    assert answer.get_json()["code"] == "idempotency-key-reused"
    assert count(floor) == 1


def test_refused_report_leaves_its_key_free(program: Program) -> None:
    body = program.body()
    assert program.report({**body, "email": "no address"}, key=KEY).status_code == 422
    assert program.report(body, key=KEY).status_code == 201


def test_parallel_sends_are_one_report(program: Program, floor: Floor, widget_app: Flask) -> None:
    body = program.body()

    def send(_: int) -> Any:
        with widget_app.app_context():
            other = Program(_client(widget_app, "https://widget.igrajdanin.test"))
            return other.report(body, key=KEY).get_json()

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(send, range(4)))
    assert answers == [answers[0]] * 4
    assert count(floor) == 1


@pytest.mark.parametrize("key", [None, "short", "x" * 121])
def test_report_needs_a_proper_key(program: Program, faults: Faults, key: str | None) -> None:
    answer = program.report(program.body(photos=[]), key=key)
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
    assert faults(answer) == ["Idempotency-Key"]


@pytest.mark.parametrize("partner", ["nobody", "", "dobro\0", "DOBRO", "'--"])
def test_unknown_partner_is_refused(program: Program, faults: Faults, partner: str) -> None:
    answer = program.report(program.body(photos=[], partner=partner))
    assert (answer.status_code, faults(answer)) == (422, ["partner"])


def test_disabled_partner_reports_nothing(program: Program, faults: Faults, floor: Floor) -> None:
    with floor.db.writing() as session:
        switch_partner(session, PARTNER, is_enabled=False)
    assert faults(program.report(program.body(photos=[]))) == ["partner"]


@pytest.mark.parametrize(
    "origin", ["https://evil.test", "http://dobro.test", DOBRO + ".evil.test", DOBRO + ":8443"]
)
def test_report_from_another_origin_is_refused(program: Program, faults: Faults, origin: str) -> None:
    answer = program.report(program.body(photos=[]), Origin=origin)
    assert (answer.status_code, faults(answer)) == (422, ["partner"])


@pytest.mark.parametrize("origin", [DOBRO, "https://widget.igrajdanin.test"])
def test_report_from_a_known_origin_is_taken(program: Program, origin: str) -> None:
    assert program.report(program.body(), Origin=origin).status_code == 201


@pytest.mark.parametrize(
    "content_type", ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data"]
)
def test_form_or_text_is_no_report(program: Program, floor: Floor, content_type: str) -> None:
    answer = program.client.post(
        "/api/v1/problems", data=json.dumps(program.body()), content_type=content_type,
        headers={"Idempotency-Key": KEY},
    )  # fmt: skip
    assert (answer.status_code, count(floor)) == (422, 0)


@pytest.mark.parametrize(
    "data",
    [b"", b"{", b"[]", b"null", b"1", b'""', b'{"lon": NaN}', b'{"partner": "\\ud800"}', b"\xff\xfe",
     b'{"a":' * 20_000 + b"1" + b"}" * 20_000, b"[" * 200_000, b"9" * 1_000_000],
    ids=lambda data: repr(data[:12]),
)  # fmt: skip
def test_broken_json_is_refused_as_a_problem(program: Program, data: bytes) -> None:
    answer = program.client.post(
        "/api/v1/problems", data=data, content_type="application/json", headers={"Idempotency-Key": KEY}
    )
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({"email": "no address"}, ["email"]),
        ({"email": "vera@example.org\r\nBcc: victim@example.org"}, ["email"]),
        ({"consents": ["process"]}, ["consent-transfer"]),
        ({"consents": []}, ["consent-process", "consent-transfer"]),
        ({"category": "no.such"}, ["category"]),
        ({"lon": SEA[0], "lat": SEA[1]}, ["address"]),
        ({"answers": {"road_class": "moon"}}, ["answer-road_class"]),
        ({"description": "x" * 4001}, ["description"]),
        ({"unknown": 1}, ["unknown"]),
        ({"lang": "xx"}, ["lang"]),
        ({"lon": "NaN"}, ["lon"]),
    ],
)  # fmt: skip
def test_bad_field_is_named(
    program: Program, faults: Faults, change: dict[str, Any], fields: list[str]
) -> None:
    answer = program.report(program.body(**change))
    assert (answer.status_code, faults(answer)) == (422, fields)


def test_faults_speak_the_reports_language(program: Program) -> None:
    messages = [
        program.report(program.body(email="x", lang=lang)).get_json()["errors"][0]["message"]
        for lang in ("ru", "en")
    ]
    assert messages[1].startswith("Enter an e-mail address")
    assert messages[0] != messages[1]


def test_sent_photo_gets_a_token(program: Program) -> None:
    answer = program.send_photo()
    assert answer.status_code == 201
    assert (answer.get_json()["width"], answer.get_json()["height"]) == (320, 240)


@pytest.mark.parametrize(
    ("data", "status"), [(b"<svg/>", 415), (b"", 422), (photo()[:300], 422), (b"GIF89a" + b"\0" * 99, 415)]
)
def test_what_is_no_photo_is_refused(program: Program, data: bytes, status: int) -> None:
    answer = program.send_photo(data)
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")


def test_missing_photo_is_named(program: Program, faults: Faults) -> None:
    answer = program.client.post("/api/v1/photos", data={"other": "x"})
    assert (answer.status_code, faults(answer)) == (422, ["photo"])


def test_forged_photo_tokens_are_refused(program: Program, faults: Faults, floor: Floor) -> None:
    token = program.send_photo().get_json()["token"]
    photo_id, _, capability = token.partition(".")
    forged = [
        "", ".", photo_id, f"{photo_id}.", f".{capability}", f"{new_id()}.{capability}", token[:-1],
        f"{photo_id}.{floor.capabilities.mint('photo', photo_id, 'full', '0')}", token + "0", "\0",
    ]  # fmt: skip
    for one in forged:
        assert faults(program.report(program.body(photos=[one]))) == ["photos"]
    assert program.report(program.body(photos=[token])).status_code == 201


def test_photo_belongs_to_one_report(program: Program, faults: Faults) -> None:
    token = program.send_photo().get_json()["token"]
    assert program.report(program.body(photos=[token])).status_code == 201
    assert faults(program.report(program.body(photos=[token]))) == ["photos"]


def test_refused_report_gives_its_photo_back(program: Program) -> None:
    token = program.send_photo().get_json()["token"]
    program.report(program.body(photos=[token], email="x"))
    assert program.report(program.body(photos=[token])).status_code == 201


def test_token_named_twice_is_one_photo(program: Program, floor: Floor) -> None:
    token = program.send_photo().get_json()["token"]
    assert program.report(program.body(photos=[token, token])).status_code == 201


def test_six_photos_are_too_many(program: Program, faults: Faults) -> None:
    assert faults(program.report(program.body(photos=["x"] * 6))) == ["photos"]


def test_needed_photo_is_asked_for(program: Program, faults: Faults) -> None:
    assert faults(program.report(program.body(photos=[]))) == ["photo"]


@pytest.mark.parametrize(("path", "limit"), [("/photos", 60), ("/problems", 60)])
def test_flood_of_requests_is_slowed(program: Program, path: str, limit: int) -> None:
    def send() -> Any:
        return program.client.post(f"/api/v1{path}", json={}, headers={"Idempotency-Key": KEY})

    body = {"partner": "nobody", "lon": 1, "lat": 1, "category": "x"}
    answers = [program.report(body, key=KEY) if path == "/problems" else send() for _ in range(limit + 1)]
    assert answers[-2].status_code != 429
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["Retry-After"]) > 0


@pytest.mark.parametrize("header", ["Bearer ", "Basic dTpw", "x", "Bearer"])
def test_bad_token_reports_nothing(program: Program, floor: Floor, header: str) -> None:
    answer = program.report(program.body(), Authorization=header)
    assert (answer.status_code, count(floor)) == (401, 0)


def test_unverified_token_reports_nothing(program: Program, floor: Floor) -> None:
    answer = program.report(program.body(), Authorization="Bearer a.b.c")  # and the provider is away
    assert (answer.status_code, count(floor)) == (503, 0)


def test_api_sets_no_cookie(program: Program) -> None:
    assert "Set-Cookie" not in program.report(program.body()).headers
