"""A report from a partner's page, without scripts and cookies, from the first step to the receipt."""

import io
import re
from collections.abc import Callable
from typing import Any

from idp.kernel.outside.mail import Mail
from tests.widget_server.cast import CONSENTS, PARTNER, SEA, Volunteer, photo


def _link(mail: Mail, path: str) -> str:
    found = re.search(rf"https://widget\.igrajdanin\.test({path}/\S+)", mail.text)
    assert found, mail.text
    return found.group(1)


def test_guest_reports_and_service_answers(
    volunteer: Volunteer, drain: Callable[[], int], outgoing: list[Mail]
) -> None:
    volunteer.to_check()
    assert volunteer.step == "check"
    volunteer.answer("send")
    number = re.search(r'data-number="([^"]+)"', volunteer.text)
    assert number
    drain()
    assert [m.to for m in outgoing] == ["vera@example.org"]

    confirm = _link(outgoing[0], "/confirm")
    volunteer.browser.get(confirm)  # a mail scanner opens the link, and nothing happens
    drain()
    assert len(outgoing) == 1
    volunteer.browser.post(confirm)
    drain()
    assert (
        sorted(m.to for m in outgoing[1:]) == sorted(["vera@example.org", outgoing[1].to, outgoing[2].to])[:2]
    )

    to_service = next(m for m in outgoing if "/s/" in m.text)
    door = _link(to_service, "/s")
    assert "Вера" in volunteer.browser.get(door).get_data(as_text=True)
    assert volunteer.browser.post(door, data={"action": "take"}).status_code == 303
    volunteer.browser.post(door, data={"action": "fix", "text": "Яму засыпали"})
    drain()
    assert "Яму засыпали" in outgoing[-1].text
    assert outgoing[-1].to == "vera@example.org"
    public = volunteer.browser.get(f"/p/{number.group(1)}").get_data(as_text=True)
    assert "Яму засыпали" in public
    assert "vera@example.org" not in public
    assert "Вера" not in public


def test_frame_sets_no_cookie(volunteer: Volunteer) -> None:
    volunteer.to_check()
    volunteer.answer("send")
    assert not volunteer.browser._cookies


def test_double_tap_on_send_gives_one_report(volunteer: Volunteer) -> None:
    volunteer.to_check()
    first, second = volunteer.post("send"), volunteer.post("send")
    assert first.location == second.location
    assert volunteer.browser.get(first.location).status_code == 200


def test_double_tap_on_first_step_gives_one_draft(volunteer: Volunteer) -> None:
    volunteer.open()
    answers = {"coordinates": "55.1030, 38.7590"}
    assert volunteer.post(**answers).location == volunteer.post(**answers).location


def test_reload_of_receipt_shows_same_number(volunteer: Volunteer) -> None:
    volunteer.to_check()
    volunteer.answer("send")
    path = volunteer.page.request.path
    again = volunteer.browser.get(path).get_data(as_text=True)
    assert re.search(r'data-number="[^"]+"', volunteer.text).group() in again  # type: ignore[union-attr]


def test_replayed_form_with_other_content_is_refused(volunteer: Volunteer) -> None:
    volunteer.to_place()
    token, action = volunteer.token, volunteer.form_action
    volunteer.answer(category="roads.pothole")
    stale = {"form_token": token, "action": "next", "category": "yards.cleaning"}
    answer = volunteer.browser.post(action, data=stale)
    assert answer.status_code == 409
    assert "form-used" in answer.get_data(as_text=True)


def test_form_of_another_draft_is_refused(volunteer: Volunteer) -> None:
    volunteer.to_place()
    foreign = volunteer.token
    volunteer.to_place()
    data = {"form_token": foreign, "action": "next", "category": "roads.pothole"}
    assert volunteer.browser.post(volunteer.form_action, data=data).status_code == 403


def test_forged_origin_is_refused(volunteer: Volunteer) -> None:
    volunteer.open()
    data = {"form_token": volunteer.token, "coordinates": "55.1, 38.7"}
    for headers in ({"Origin": "https://evil.test"}, {"Sec-Fetch-Site": "cross-site"}):
        assert volunteer.browser.post(volunteer.form_action, data=data, headers=headers).status_code == 403


def test_later_step_waits_for_earlier_ones(volunteer: Volunteer) -> None:
    volunteer.to_place()
    path = volunteer.form_action.replace("/category", "/check")
    assert volunteer.browser.get(path).location.endswith("/category?") or "/category" in (
        volunteer.browser.get(path).location
    )


def test_mistake_keeps_everything_entered(volunteer: Volunteer) -> None:
    volunteer.to_photos().answer(photo=(io.BytesIO(photo()), "a.jpg"))
    volunteer.answer(email="not an address", name="Вера", **{"consent-process": "yes"})
    assert volunteer.page.status_code == 422
    assert volunteer.faults == ["email", "consent-transfer"]
    assert 'value="not an address"' in volunteer.text
    assert 'id="consent-process" name="consent-process" value="yes" checked' in volunteer.text
    volunteer.answer(email="vera@example.org", **CONSENTS)
    assert volunteer.step == "check"
    assert volunteer.text.count("<img") == 1


def test_photo_step_names_the_bad_photo_and_keeps_the_good(volunteer: Volunteer) -> None:
    volunteer.to_photos()
    volunteer.answer(photo=[(io.BytesIO(photo()), "a.jpg"), (io.BytesIO(b"<svg/>"), "b.jpg")])
    assert volunteer.page.status_code == 422
    assert volunteer.step == "photos"
    assert volunteer.text.count("<img") == 1


def test_needed_photo_is_asked_for(volunteer: Volunteer) -> None:
    volunteer.to_photos()
    volunteer.answer()
    assert (volunteer.page.status_code, volunteer.faults) == (422, ["photo"])


def test_removed_photo_is_gone(volunteer: Volunteer) -> None:
    volunteer.to_photos().answer("upload", photo=(io.BytesIO(photo()), "a.jpg"))
    (photo_id,) = re.findall(r'name="remove" value="([^"]+)"', volunteer.text)
    volunteer.answer("", remove=photo_id)
    assert "<img" not in volunteer.text


def test_place_in_the_sea_is_refused_clearly(volunteer: Volunteer) -> None:
    volunteer.open()
    volunteer.answer(coordinates=f"{SEA[1]}, {SEA[0]}")
    assert volunteer.page.status_code == 422
    assert volunteer.faults == ["address"]


def test_address_offers_places_to_pick(volunteer: Volunteer) -> None:
    volunteer.open()
    volunteer.answer("find", address="Октябрьской Революции")
    found = re.findall(r'name="found" value="([^"]+)"', volunteer.text)
    assert found
    volunteer.answer(found=found[0], address="Октябрьской Революции")
    assert volunteer.step == "category"


def test_unknown_category_is_refused(volunteer: Volunteer) -> None:
    volunteer.to_place().answer(category="no.such.category")
    assert (volunteer.page.status_code, volunteer.faults) == (422, ["category"])


def test_summary_says_who_and_until_when(volunteer: Volunteer, frozen: Any) -> None:
    volunteer.to_check()
    assert "59-ФЗ" in volunteer.text
    assert "июн" in volunteer.text
    assert volunteer.step == "check"


def test_english_frame_speaks_english(volunteer: Volunteer) -> None:
    volunteer.open(f"/w/{PARTNER}?lang=en")
    assert "Where is the problem?" in volunteer.text
    volunteer.answer(coordinates="55.1030, 38.7590")
    assert "What is it about?" in volunteer.text


def test_expired_draft_says_so(volunteer: Volunteer, frozen: Any) -> None:
    volunteer.to_place()
    path = volunteer.form_action
    frozen.tick(days=2)
    answer = volunteer.browser.get(path)
    assert answer.status_code == 410
    assert "draft-expired" in answer.get_data(as_text=True)
