"""Who may show the frame and send its forms: keys, origins, headers, no cookies (spec C7)."""

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from idp.kernel.outside.mail import Mail
from idp.kernel.work.floor import Floor
from tests.security.stage import (
    GOROD,
    OTHER_PARTNER,
    PROBLEMS,
    Program,
    lamp_at_check,
    link_in,
    refused,
    right_body,
    secret_of,
)
from tests.widget_server.cast import DOBRO, PARTNER, Volunteer
from widget_server.partners.service import switch_partner

WINDOW = "https://widget.igrajdanin.test"


def _diagnosis(answer: TestResponse) -> None:
    assert "embedding-refused" in refused(answer, 403)
    assert "frame-ancestors *" in answer.headers["Content-Security-Policy"]
    assert "<form" not in answer.text


@pytest.mark.parametrize("key", ["nobody", "DOBRO", "dobro ", "dobro.css", "' OR 1=1--", "x" * 5000, "до́бро"])
def test_wrong_key_gets_the_page_for_webmasters(volunteer: Volunteer, program: Program, key: str) -> None:
    _diagnosis(volunteer.browser.get(f"/w/{key}"))
    refused(program.report(partner=key), 422)


def test_switched_off_partner_gets_the_same_page(
    volunteer: Volunteer, program: Program, floor: Floor
) -> None:
    page = volunteer.to_place().form_action
    with floor.db.writing() as session:
        switch_partner(session, PARTNER, is_enabled=False)
    _diagnosis(volunteer.browser.get(page))
    _diagnosis(volunteer.browser.get(f"/w/{PARTNER}"))
    refused(program.report(), 422)
    with floor.db.writing() as session:
        switch_partner(session, PARTNER, is_enabled=True)
    assert volunteer.browser.get(page).status_code == 200, "the draft is there when the partner is back"


@pytest.mark.parametrize(
    "referer",
    [
        "https://dobro.test.evil.test/",
        "https://evil-dobro.test/",
        "http://dobro.test/",
        "https://dobro.test:444/",
        "https://dobro.test@evil.test/",
        "https://evil.test/?https://dobro.test",
        "https://xn--dobro-test",
        "https://[::1/",
        "javascript:alert(1)",
        "null",
    ],
)
def test_wrong_embedding_origin_gets_the_same_page(volunteer: Volunteer, referer: str) -> None:
    _diagnosis(volunteer.open(referer=referer))


def test_frame_may_be_shown_by_its_partner_alone(volunteer: Volunteer) -> None:
    for referer in (None, f"{DOBRO}/page", "HTTPS://DOBRO.TEST:443/x", f"{WINDOW}/w/dobro"):
        volunteer.open(referer=referer)
        assert f"frame-ancestors {DOBRO};" in volunteer.page.headers["Content-Security-Policy"] + ";"
    other = volunteer.open(f"/w/{OTHER_PARTNER}", referer=f"{GOROD}/")
    assert f"frame-ancestors {GOROD};" in other.headers["Content-Security-Policy"] + ";"


FORGED = (
    {"Origin": "https://evil.test"},
    {"Origin": "https://widget.igrajdanin.test.evil.test"},
    {"Origin": "https://evil.test#widget.igrajdanin.test"},
    {"Origin": DOBRO},
    {"Origin": "https://["},
    {"Origin": "widget.igrajdanin.test"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "x", "Origin": WINDOW},
)


@pytest.mark.parametrize("headers", FORGED)
def test_form_from_another_site_is_refused_in_its_frame(
    volunteer: Volunteer, headers: dict[str, str]
) -> None:
    page, token = lamp_at_check(volunteer).form_action, volunteer.token
    secret = secret_of(volunteer)
    for path in (page, f"/w/{PARTNER}/start", f"/w/{PARTNER}/d/{secret}/photos/upload"):
        answer = volunteer.browser.post(path, data={"form_token": token}, headers=headers)
        assert "foreign-origin" in refused(answer, 403)
        assert f"frame-ancestors {DOBRO}" in answer.headers["Content-Security-Policy"]
    assert volunteer.browser.get(page).status_code == 200


def test_links_act_for_our_own_pages_only(
    program: Program, drain: Callable[[], int], outgoing: list[Mail], floor: Floor
) -> None:
    program.report()
    drain()
    confirm = link_in(outgoing[0], "/confirm")
    for headers in FORGED:
        refused(program.browser.post(confirm, headers=headers), 403)
    drain()
    assert len(outgoing) == 1
    program.browser.post(confirm, headers={"Origin": "null", "Sec-Fetch-Site": "same-origin"})
    drain()
    door = link_in(next(m for m in outgoing if "/s/" in m.text), "/s")
    for headers in FORGED:
        refused(program.browser.post(door, data={"action": "take"}, headers=headers), 403)


def test_api_gives_no_rights_to_other_origins(program: Program) -> None:
    """No credentials for foreign origins, and no reflected origin (spec C7.9)."""
    for origin in ("https://evil.test", "null", DOBRO):
        answers = [
            program.report(headers={"Origin": origin}),
            program.browser.get("/api/v1/pin?lon=38&lat=55", headers={"Origin": origin}),
            program.browser.options(
                PROBLEMS, headers={"Origin": origin, "Access-Control-Request-Method": "POST"}
            ),
            program.browser.get(f"/w/{PARTNER}", headers={"Origin": origin}),
        ]
        for answer in answers:
            assert "Access-Control-Allow-Credentials" not in answer.headers
            assert answer.headers.get("Access-Control-Allow-Origin") in (None, DOBRO, "*")


def test_no_answer_of_the_frame_sets_a_cookie(volunteer: Volunteer, widget: FlaskClient) -> None:
    answers = [volunteer.open()]
    lamp_at_check(volunteer)
    page = volunteer.form_action
    answers += [
        volunteer.page,
        volunteer.post("send"),
        volunteer.browser.get(page),
        volunteer.browser.get(f"/w/{PARTNER}/d/x/place"),
        volunteer.browser.post(page, data={}),
        volunteer.browser.post(page, headers={"Origin": "https://evil.test"}),
        volunteer.browser.get("/w/nobody"),
        volunteer.browser.put(page),
        volunteer.browser.get("/p/x"),
        volunteer.browser.get("/s/x/y"),
    ]
    for answer in answers:
        assert "Set-Cookie" not in answer.headers
        assert "no-store" in answer.headers["Cache-Control"]
        assert answer.headers["Referrer-Policy"] == "no-referrer"
        assert "unsafe" not in answer.headers["Content-Security-Policy"]
        assert "frame-ancestors" in answer.headers["Content-Security-Policy"]
    assert not volunteer.browser._cookies


def test_frame_tells_the_host_nothing_of_the_person(volunteer: Volunteer) -> None:
    """Spec C7.10: the attributes that scripts speak of to the page around hold number and address alone."""
    lamp_at_check(volunteer).answer("send")
    attributes = re.findall(r'data-([a-z-]+)="([^"]*)"', volunteer.text)
    assert not [value for _, value in attributes if "vera" in value or "Вера" in value]


def test_right_report_names_its_origin(program: Program, floor: Floor) -> None:
    assert program.report(headers={"Origin": DOBRO}).status_code == 201
    refused(program.report(headers={"Origin": "https://evil.test"}), 422)
    with floor.db.reading() as session:
        proofs = session.execute(floor.db.metadata.tables["consent_proof"].select()).all()
    assert {proof.origin for proof in proofs} == {DOBRO}
    assert right_body()["partner"] == PARTNER
