"""The same thing at the same moment, eight times: one report, one answer, one limit (spec C9.4)."""

import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from flask import Flask
from structlog.testing import capture_logs
from werkzeug.test import TestResponse

from idp.kernel.outside.mail import Mail
from idp.kernel.work.floor import Floor
from tests.conftest import WIDGET_URL, _client
from tests.security.stage import PROBLEMS, Program, jpeg, lamp_at_check, refused, right_body, rows, secret_of
from tests.widget_server.cast import PARTNER, Volunteer

TAPS = 8


def _at_once(app: Flask, do: Callable[[Any, int], TestResponse]) -> list[TestResponse]:
    """Let eight browsers do the same at once."""

    def one(number: int) -> TestResponse:
        with app.app_context():
            return do(_client(app, WIDGET_URL), number)

    with ThreadPoolExecutor(TAPS) as pool:
        return list(pool.map(one, range(TAPS)))


def test_eight_sends_of_a_form_make_one_report(volunteer: Volunteer, widget_app: Flask, floor: Floor) -> None:
    send = lamp_at_check(volunteer).form_action
    data = {"form_token": volunteer.token, "action": "send"}
    answers = _at_once(widget_app, lambda browser, _: browser.post(send, data=data))
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.location for answer in answers}) == 1
    assert (rows(floor, "problem"), rows(floor, "reporter")) == (1, 1)


def test_eight_first_forms_make_one_draft(volunteer: Volunteer, widget_app: Flask, floor: Floor) -> None:
    volunteer.open()
    data = {"form_token": volunteer.token, "coordinates": "55.1030, 38.7590"}
    answers = _at_once(widget_app, lambda browser, _: browser.post(f"/w/{PARTNER}/start", data=data))
    assert len({answer.location for answer in answers}) == 1
    assert rows(floor, "draft") == 1


def test_eight_requests_of_one_key_make_one_report(program: Program, widget_app: Flask, floor: Floor) -> None:
    headers = {"Idempotency-Key": "one-key-of-eight"}
    answers = _at_once(
        widget_app, lambda browser, _: browser.post(PROBLEMS, json=right_body(), headers=headers)
    )
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.get_json()["number"] for answer in answers}) == 1
    assert rows(floor, "problem") == 1


def test_eight_reports_take_one_photo_once(program: Program, widget_app: Flask, floor: Floor) -> None:
    token = program.photo(jpeg()).get_json()["token"]
    body = {**right_body(), "photos": [token]}

    def send(browser: Any, number: int) -> TestResponse:
        return browser.post(PROBLEMS, json=body, headers={"Idempotency-Key": f"key-number-{number}"})

    answers = _at_once(widget_app, send)
    assert sorted(answer.status_code for answer in answers) == [201] + [422] * (TAPS - 1)
    assert rows(floor, "problem") == 1


def test_eight_photos_at_once_stay_within_the_limit(
    volunteer: Volunteer, widget_app: Flask, floor: Floor
) -> None:
    path = f"/w/{PARTNER}/d/{secret_of(volunteer.to_photos())}/photos/upload"

    def send(browser: Any, number: int) -> TestResponse:
        picture = jpeg(colour=f"#00{number:02x}ff")
        return browser.post(path, data={"photo": (io.BytesIO(picture), "a.jpg")})

    answers = _at_once(widget_app, send)
    assert {answer.status_code for answer in answers} == {201, 409}
    assert rows(floor, "photo") == 5


def test_flood_of_forms_is_slowed_down_in_words(volunteer: Volunteer, widget_app: Flask) -> None:
    page = volunteer.to_place().form_action
    for _ in range(119):
        volunteer.browser.post(page, data={})
    answer = volunteer.browser.post(page, data={})
    text = refused(answer, 429)
    assert "too-many-requests" in text
    assert int(answer.headers["Retry-After"]) > 0
    assert "frame-ancestors https://dobro.test" in answer.headers["Content-Security-Policy"]
    widget_app.extensions["limiter"].storage.reset()
    assert volunteer.browser.get(page).status_code == 200


def test_log_holds_nothing_of_the_person(
    volunteer: Volunteer, drain: Callable[[], int], outgoing: list[Mail]
) -> None:
    """Spec C8.15: no address, name, secret or link in any line."""
    with capture_logs() as lines:
        lamp_at_check(volunteer)
        secret = secret_of(volunteer)
        volunteer.answer("send")
        drain()
        link = outgoing[0].text.split("/confirm/")[1].split()[0]
        volunteer.browser.post(f"/confirm/{link}")
        drain()
        volunteer.browser.post(PROBLEMS, data=b'{"email":"vera@example.org"', content_type="application/json")
    logged = str(lines)
    assert "/confirm/<reporter>/<token>" in logged
    for personal in ("vera@example.org", "Вера", "Не горит", secret, link, link.split("/")[1]):
        assert personal not in logged
