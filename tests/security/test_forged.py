"""What was forged, stolen, replayed or has expired: keys, origins, form tokens, drafts and links."""

import io
import re
import time
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from idp.kernel.ground import clock
from idp.kernel.ground.clock import FrozenClock
from idp.kernel.outside.mail import Mail
from idp.kernel.work.floor import Floor
from tests.security.stage import (
    GOROD,
    OTHER_PARTNER,
    PROBLEMS,
    Program,
    jpeg,
    lamp_at_check,
    refused,
    right_body,
    rows,
    secret_of,
)
from tests.widget_server.cast import DOBRO, PARTNER, Volunteer
from widget_server.partners.service import switch_partner

WINDOW = "https://widget.igrajdanin.test"


def _link(mail: Mail, path: str) -> str:
    found = re.search(rf"{WINDOW}({path}/\S+)", mail.text)
    assert found, mail.text
    return found.group(1)


def _deliver(program: Program, drain: Callable[[], int], outgoing: list[Mail]) -> tuple[str, str, str]:
    """File and confirm a report; give its number, its confirm link and its service's link."""
    outgoing.clear()
    number = program.report().get_json()["number"]
    drain()
    confirm = _link(outgoing[0], "/confirm")
    assert program.browser.post(confirm).status_code == 303
    drain()
    return number, confirm, _link(next(m for m in outgoing if "/s/" in m.text), "/s")


def _diagnosis(answer: TestResponse) -> None:
    assert "embedding-refused" in refused(answer, 403)
    assert "frame-ancestors *" in answer.headers["Content-Security-Policy"]
    assert "<form" not in answer.text


# keys and origins -------------------------------------------------------------------------------


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
    confirm = _link(outgoing[0], "/confirm")
    for headers in FORGED:
        refused(program.browser.post(confirm, headers=headers), 403)
    drain()
    assert len(outgoing) == 1
    program.browser.post(confirm, headers={"Origin": "null", "Sec-Fetch-Site": "same-origin"})
    drain()
    door = _link(next(m for m in outgoing if "/s/" in m.text), "/s")
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


# form tokens ------------------------------------------------------------------------------------


def test_token_of_another_partner_is_refused(volunteer: Volunteer, floor: Floor) -> None:
    """A token minted in partner A's page opens nothing in partner B's (spec C7.3)."""
    volunteer.open()
    foreign = volunteer.token
    data = {"form_token": foreign, "coordinates": "55.1030, 38.7590"}
    answer = volunteer.browser.post(f"/w/{OTHER_PARTNER}/start", data=data)
    assert "form-token-wrong" in refused(answer, 403)
    assert rows(floor, "draft") == 0


def test_tampered_token_is_refused_and_draft_stays(volunteer: Volunteer) -> None:
    page, token = volunteer.to_place().form_action, volunteer.token
    head, _, signature = token.rpartition(".")
    for forged in (
        "",
        "x",
        token[:-1],
        token + "x",
        f"{head}.{signature[::-1]}",
        "я",
        "x" * 100_000,
        "..",
        token.upper(),
    ):
        refused(volunteer.browser.post(page, data={"form_token": forged, "category": "lighting.street"}), 403)
    refused(volunteer.browser.post(page, data={"category": "lighting.street"}), 403)
    assert volunteer.browser.get(page).status_code == 200


@pytest.mark.parametrize("days", [2, -2])
def test_form_of_another_day_says_so(
    volunteer: Volunteer, monkeypatch: pytest.MonkeyPatch, days: int
) -> None:
    """A clock that jumps: a form from long ago and one from the future are both told to be loaded anew."""
    page, token = volunteer.to_place().form_action, volunteer.token
    real = time.time
    monkeypatch.setattr("itsdangerous.timed.time.time", lambda: real() + days * 86_400)
    text = refused(
        volunteer.browser.post(page, data={"form_token": token, "category": "lighting.street"}), 409
    )
    assert "form-too-old" in text
    monkeypatch.undo()
    assert volunteer.browser.get(page).status_code == 200


def test_time_of_the_device_changes_nothing(volunteer: Volunteer) -> None:
    for date in ("Thu, 01 Jan 1970 00:00:00 GMT", "Fri, 31 Dec 9999 23:59:59 GMT", "now"):
        headers = {"Date": date, "If-Modified-Since": date, "If-Unmodified-Since": date}
        assert volunteer.browser.get(f"/w/{PARTNER}", headers=headers).status_code == 200


def test_replayed_form_takes_no_step_back(volunteer: Volunteer, floor: Floor) -> None:
    page, token = volunteer.to_place().form_action, volunteer.token
    volunteer.answer(category="lighting.street")
    same = {"form_token": token, "action": "next", "category": "lighting.street"}
    for _ in range(3):
        assert volunteer.browser.post(page, data=same).status_code == 303
    text = refused(volunteer.browser.post(page, data={**same, "category": "waste.dump"}), 409)
    assert "form-used" in text
    assert volunteer.browser.get(page.replace("/category", "/details")).status_code == 200


def test_old_summary_sends_nothing_new(volunteer: Volunteer, floor: Floor) -> None:
    """What is sent is what its summary showed: after a change elsewhere the old page sends nothing."""
    send, token = lamp_at_check(volunteer).form_action, volunteer.token
    volunteer.open(send.replace("/check", "/category"), referer=None)
    volunteer.answer(category="lighting.outage")
    volunteer.answer(description="Нет света")
    answer = volunteer.browser.post(send, data={"form_token": token, "action": "send"})
    assert "form-used" in refused(answer, 409)
    assert rows(floor, "problem") == 0


def test_sent_form_again_leads_to_the_receipt(volunteer: Volunteer, floor: Floor) -> None:
    send, token = lamp_at_check(volunteer).form_action, volunteer.token
    data = {"form_token": token, "action": "send"}
    places = {volunteer.browser.post(send, data=data).location for _ in range(4)}
    assert len(places) == 1
    details = send.replace("/check", "/details")
    volunteer.browser.post(details, data={"form_token": token, "description": "other"})
    late = {"photo": (io.BytesIO(jpeg()), "a.jpg")}
    upload = f"/w/{PARTNER}/d/{secret_of(volunteer)}/photos/upload"
    assert "без этого фото" in refused(volunteer.browser.post(upload, data=late), 409)
    assert rows(floor, "photo") == 0
    assert (rows(floor, "problem"), rows(floor, "reporter")) == (1, 1)


def test_same_key_with_other_content_is_refused(program: Program, floor: Floor) -> None:
    first, again = program.report(key="key-0123456789"), program.report(key="key-0123456789")
    assert first.get_json() == again.get_json()
    assert "idempotency-key-reused" in refused(program.report(key="key-0123456789", name="Ева"), 409)
    assert rows(floor, "problem") == 1


# other people's things --------------------------------------------------------------------------


def test_draft_under_another_partners_key_is_not_there(volunteer: Volunteer) -> None:
    """Spec C9.1: what belongs to another looks like nothing at all."""
    page = lamp_at_check(volunteer).form_action
    there = page.replace(f"/w/{PARTNER}/", f"/w/{OTHER_PARTNER}/")
    nowhere = re.sub("/d/[^/]+/", "/d/no-such-draft/", there)
    for name in ("place", "category", "details", "photos", "who", "check", "receipt"):
        for path in (there, nowhere):
            refused(volunteer.browser.get(path.replace("/check", f"/{name}")), 404)
            refused(
                volunteer.browser.post(path.replace("/check", f"/{name}"), data={"form_token": "x"}), 404, 405
            )
    for name in ("photos/upload", f"photos/{UUID(int=1)}/remove"):
        refused(volunteer.browser.post(there.replace("/check", f"/{name}")), 404)


def test_link_of_another_report_opens_nothing(
    program: Program, drain: Callable[[], int], outgoing: list[Mail]
) -> None:
    _, confirm, door = _deliver(program, drain, outgoing)
    _, other_confirm, other_door = _deliver(program, drain, outgoing)
    mixed = (
        confirm.rsplit("/", 1)[0] + "/" + other_confirm.rsplit("/", 1)[1],
        door.rsplit("/", 1)[0] + "/" + other_door.rsplit("/", 1)[1],
        confirm.replace("/confirm/", "/s/"),
        door.replace("/s/", "/confirm/"),
        door[:-1] + "я",
        door.upper().replace("/S/", "/s/"),
        f"/s/{UUID(int=1)}/x",
        "/s/no-id/x",
        "/confirm/no-id/x",
    )
    for path in mixed:
        refused(program.browser.get(path), 404)
        refused(program.browser.post(path, data={"action": "fix", "text": "Да"}), 404)


def test_photo_token_of_nobody_is_refused(program: Program, floor: Floor) -> None:
    token = program.photo(jpeg()).get_json()["token"]
    photo = token.partition(".")[0]
    for forged in (
        photo,
        f"{photo}.",
        f"{photo}.x",
        f"{UUID(int=1)}.{token.partition('.')[2]}",
        "x",
        "",
        token + "x",
    ):
        assert "photos" in refused(program.report(photos=[forged]), 422)
    assert program.report(photos=[token, token]).status_code == 201
    refused(program.report(photos=[token]), 422)
    assert rows(floor, "photo") == 1


def test_console_needs_a_person(volunteer: Volunteer) -> None:
    for path in ("/console", "/console/50-0000-0000", "/my"):
        answer = volunteer.browser.get(path, headers={"Cookie": "__Host-window=forged; window=x"})
        assert answer.status_code == 303
        assert answer.location.startswith("/signin?")


def test_forged_access_token_is_refused_at_both_doors(
    volunteer: Volunteer, program: Program, floor: Floor
) -> None:
    page = volunteer.to_place().form_action
    for value in (
        "Bearer x",
        "Bearer " + "x" * 10_000,
        "Basic eDp4",
        "Bearer",
        "Bearer a.b.c",
        "bearer \xff",
        "",
    ):
        headers = {"Authorization": value}
        path = f"/w/{PARTNER}/d/{secret_of(volunteer)}/identity"
        assert volunteer.browser.post(path, headers=headers).status_code in (401, 503)
        if value:
            assert program.report(headers=headers).status_code in (401, 503)
    assert volunteer.browser.get(page).status_code == 200
    assert rows(floor, "problem") == 0


# what has expired -------------------------------------------------------------------------------


def test_expired_confirmation_says_what_to_do(
    program: Program, drain: Callable[[], int], outgoing: list[Mail], frozen: FrozenClock
) -> None:
    program.report()
    drain()
    confirm = _link(outgoing[0], "/confirm")
    frozen.tick(days=3, seconds=1)
    assert "72 часа" in refused(program.browser.post(confirm), 410)
    answer = program.browser.post(confirm + "?lang=en")
    assert "valid for 72 hours" in refused(answer, 410)


def test_expired_draft_leads_to_a_new_one(volunteer: Volunteer, frozen: FrozenClock) -> None:
    page = lamp_at_check(volunteer).form_action
    frozen.tick(days=1, seconds=1)
    text = refused(volunteer.browser.get(page), 410)
    assert f'href="/w/{PARTNER}"' in text
    assert "/d/" not in text.split("</main>")[0], "no way on leads back to what is gone"
    refused(volunteer.browser.post(page, data={"form_token": "x"}), 410)


def test_expired_service_link_says_so(
    program: Program, drain: Callable[[], int], outgoing: list[Mail], frozen: FrozenClock, floor: Floor
) -> None:
    _, _, door = _deliver(program, drain, outgoing)
    with floor.db.reading() as session:
        link = session.execute(floor.db.metadata.tables["service_link"].select()).one()
    frozen.tick(seconds=(link.valid_until - clock.now() + timedelta(seconds=1)).total_seconds())
    for answer in (program.browser.get(door), program.browser.post(door, data={"action": "take"})):
        assert "service-link-expired" in refused(answer, 410)


def test_expired_photo_link_shows_nothing(volunteer: Volunteer, frozen: FrozenClock) -> None:
    volunteer.to_photos().answer("upload", photo=(io.BytesIO(jpeg()), "a.jpg"))
    found = re.search(r'src="(/media/[^"]+)"', volunteer.text)
    assert found
    url = found[1].replace("&amp;", "&")
    assert volunteer.browser.get(url).status_code == 200
    later = re.sub(r"until=\d+", "until=99999999999", url)
    for forged in (
        later,
        url.replace("thumbnail", "full"),
        url[:-1],
        url + "x",
        re.sub("until=[0-9]+", "until=x", url),
    ):
        refused(volunteer.browser.get(forged), 404)
    frozen.tick(days=3)
    refused(volunteer.browser.get(url), 410)


# what the frame is ------------------------------------------------------------------------------


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
