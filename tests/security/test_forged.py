"""Forged and replayed forms, other people's drafts, links, photos and tokens (spec C7.3, C9.1)."""

import io
import re
import time
from collections.abc import Callable
from uuid import UUID

import pytest

from idp.kernel.outside.mail import Mail
from idp.kernel.work.floor import Floor
from tests.security.stage import (
    OTHER_PARTNER,
    Program,
    deliver,
    jpeg,
    lamp_at_check,
    refused,
    rows,
    secret_of,
)
from tests.widget_server.cast import PARTNER, Volunteer


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
    _, confirm, door = deliver(program, drain, outgoing)
    _, other_confirm, other_door = deliver(program, drain, outgoing)
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
