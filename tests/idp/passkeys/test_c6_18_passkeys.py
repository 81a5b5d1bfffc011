"""Spec C6.18: passkeys as the only proof and beside a password, and every way in which an answer can lie."""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from idp.audit.models import AuditEntry
from idp.kernel.ground.clock import FrozenClock
from idp.kernel.work.floor import Floor
from tests.idp.authorize.test_levels import _claims
from tests.idp.cast import Site, Volunteer, add_person, answer, follow, new_browser
from tests.idp.passkeys_device import BACKED_UP, ELIGIBLE, PRESENT, VERIFIED, Device
from tests.idp.secured import (
    add_passkey,
    codes_of,
    passkey_options,
    send_passkey,
    sign_in_by_passkey,
    token_of,
)

Drain = Callable[[], int]
CHALLENGE, ANSWER = "/signin/passkey/challenge", "/signin/passkey"


@pytest.fixture
def device(idp: FlaskClient, anna: Volunteer) -> Device:
    """Anna's passkey, registered in the first browser."""
    made = Device()
    anna.enter(idp)
    assert len(codes_of(add_passkey(idp, made))) == 10
    return made


def _reasons(floor: Floor) -> list[str]:
    with floor.db.reading() as session:
        refused = sa.select(AuditEntry.details).where(AuditEntry.action == "passkey.refused")
        return [details["reason"] for details in session.execute(refused).scalars()]


def _is_signed_in(browser: FlaskClient) -> bool:
    return browser.get("/account").status_code == 200


def test_passkey_signs_in_alone(
    other_browser: FlaskClient, widget_site: Site, device: Device, anna: Volunteer
) -> None:
    page = widget_site.authorize(other_browser)
    assert 'autocomplete="username webauthn"' in page.text
    done = follow(other_browser, sign_in_by_passkey(other_browser, page, device))
    told = _claims(widget_site.redeem(other_browser, answer(done)["code"]).get_json()["id_token"])
    assert (told["sub"], told["amr"]) == (str(anna.sub), ["hwk", "user", "mfa"])


def test_shared_passkey_is_said_to_be_in_software(
    idp: FlaskClient, other_browser: FlaskClient, widget_site: Site, anna: Volunteer
) -> None:
    shared = Device(flags=PRESENT | VERIFIED | ELIGIBLE | BACKED_UP)
    anna.enter(idp)
    add_passkey(idp, shared)
    page = widget_site.authorize(other_browser)
    done = follow(other_browser, sign_in_by_passkey(other_browser, page, shared))
    told = _claims(widget_site.redeem(other_browser, answer(done)["code"]).get_json()["id_token"])
    assert told["amr"] == ["swk", "user", "mfa"]


def test_passkey_without_pin_is_a_second_step(
    idp: FlaskClient, other_browser: FlaskClient, floor: Floor, widget_site: Site, anna: Volunteer
) -> None:
    """After a password holding the device is enough; alone it is not (user-verification flag)."""
    key = Device(flags=PRESENT)
    anna.enter(idp)
    add_passkey(idp, key)
    page = widget_site.authorize(other_browser)
    assert sign_in_by_passkey(other_browser, page, key).status_code == 422
    assert _reasons(floor) == ["verification"]
    step = follow(other_browser, anna.sign_in(other_browser, page.request.full_path))
    options = passkey_options(other_browser, step, "/factor/challenge")
    assert options["userVerification"] == "preferred"
    assert [one["id"] for one in options["allowCredentials"]]
    done = follow(other_browser, send_passkey(other_browser, step, "/factor/passkey", key.get(options)))
    told = _claims(widget_site.redeem(other_browser, answer(done)["code"]).get_json()["id_token"])
    assert told["amr"] == ["pwd", "hwk", "user", "mfa"]


def test_c6_18_challenge_is_good_once(other_browser: FlaskClient, floor: Floor, device: Device) -> None:
    page = other_browser.get("/signin")
    options = passkey_options(other_browser, page, CHALLENGE)
    said = device.get(options)
    assert send_passkey(other_browser, page, ANSWER, said).status_code == 303
    page = other_browser.get("/signin")
    assert send_passkey(other_browser, page, ANSWER, said).status_code == 422
    assert _reasons(floor) == ["challenge"]


def test_c6_18_challenge_is_used_up_by_a_wrong_answer(other_browser: FlaskClient, device: Device) -> None:
    page = other_browser.get("/signin")
    options = passkey_options(other_browser, page, CHALLENGE)
    device.origin = "https://evil.test"
    assert send_passkey(other_browser, page, ANSWER, device.get(options)).status_code == 422
    device.origin = "https://id.igrajdanin.test"
    assert send_passkey(other_browser, page, ANSWER, device.get(options)).status_code == 422


def test_c6_18_challenge_of_another_browser_is_refused(
    idp: FlaskClient, other_browser: FlaskClient, device: Device
) -> None:
    """Otherwise an attacker would have a victim answer what was asked of the attacker."""
    attacker = new_browser(idp)
    options = passkey_options(attacker, attacker.get("/signin"), CHALLENGE)
    page = other_browser.get("/signin")
    passkey_options(other_browser, page, CHALLENGE)
    assert send_passkey(other_browser, page, ANSWER, device.get(options)).status_code == 422


def test_c6_18_challenge_ends_after_five_minutes(
    other_browser: FlaskClient, device: Device, frozen: FrozenClock
) -> None:
    page = other_browser.get("/signin")
    options = passkey_options(other_browser, page, CHALLENGE)
    frozen.tick(seconds=301)
    assert send_passkey(other_browser, page, ANSWER, device.get(options)).status_code == 422


@pytest.mark.parametrize(
    "lie",
    [
        {"origin": "https://evil.test"},
        {"origin": "http://id.igrajdanin.test"},
        {"origin": "https://id.igrajdanin.test.evil.test"},
        {"rp_id": "igrajdanin.test"},
        {"rp_id": "evil.test"},
        {"flags": VERIFIED},
        {"flags": PRESENT},
        {"cross_origin": True},
        {"user_handle": b"somebody else..."},
        {"user_handle": b""},
    ],
    ids=str,
)
def test_c6_18_lying_answer_is_refused(
    other_browser: FlaskClient, device: Device, lie: dict[str, Any]
) -> None:
    vars(device).update(lie)
    assert sign_in_by_passkey(other_browser, other_browser.get("/signin"), device).status_code == 422
    assert not _is_signed_in(other_browser)


def test_c6_18_answer_signed_by_another_key_is_refused(other_browser: FlaskClient, device: Device) -> None:
    forged = Device(credential_id=device.credential_id, user_handle=device.user_handle)
    assert sign_in_by_passkey(other_browser, other_browser.get("/signin"), forged).status_code == 422


def test_c6_18_counter_that_has_not_grown_is_refused_and_noted(
    idp: FlaskClient, floor: Floor, anna: Volunteer
) -> None:
    """A copy of the device would show an older counter."""
    device = Device(count=7, counts=True)
    anna.enter(idp)
    add_passkey(idp, device)
    browser = new_browser(idp)
    assert sign_in_by_passkey(browser, browser.get("/signin"), device).status_code == 303
    device.count = 7
    copy = new_browser(idp)
    assert sign_in_by_passkey(copy, copy.get("/signin"), device).status_code == 422
    assert _reasons(floor) == ["counter"]


def test_c6_18_passkey_of_another_account_is_no_second_step(
    idp: FlaskClient, other_browser: FlaskClient, floor: Floor, device: Device
) -> None:
    boris = add_person(floor, "boris@example.ru")
    own = Device()
    boris.enter(other_browser)
    add_passkey(other_browser, own)
    browser = new_browser(idp)
    step = follow(browser, boris.sign_in(browser))
    options = passkey_options(browser, step, "/factor/challenge")
    assert send_passkey(browser, step, "/factor/passkey", device.get(options)).status_code == 422
    assert not _is_signed_in(browser)
    assert _reasons(floor) == ["owner"]


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", '{"id":1,"response":{}}', "[" * 9000, "x" * 20_000])
def test_c6_18_nonsense_is_refused(other_browser: FlaskClient, text: str) -> None:
    page = other_browser.get("/signin")
    passkey_options(other_browser, page, CHALLENGE)
    assert send_passkey(other_browser, page, ANSWER, text).status_code == 422


def test_registration_takes_only_our_own_challenge(
    idp: FlaskClient, other_browser: FlaskClient, floor: Floor, anna: Volunteer
) -> None:
    boris = add_person(floor, "boris@example.ru")
    boris.enter(other_browser)
    anna.enter(idp)
    foreign = token_of(other_browser.get("/account/security"))
    path = "/account/security/passkeys"
    options = other_browser.post(f"{path}/challenge", data={"csrf_token": foreign}).get_json()
    sent = {"csrf_token": token_of(idp.get("/account/security")), "name": "x"}
    refused = idp.post(path, data={**sent, "credential": Device().create(options)})
    assert refused.status_code == 409
    assert 'data-code="passkey-not-added"' in refused.text


def test_known_credential_is_not_registered_twice(
    idp: FlaskClient, other_browser: FlaskClient, floor: Floor, device: Device
) -> None:
    boris = add_person(floor, "boris@example.ru")
    boris.enter(other_browser)
    assert add_passkey(other_browser, device).status_code == 409
    assert add_passkey(idp, Device(), "Второй").status_code == 303


def test_passkey_is_renamed_and_removed_by_its_owner(
    idp: FlaskClient, other_browser: FlaskClient, floor: Floor, device: Device,
    drain: Drain, outgoing: list[Any],
) -> None:  # fmt: skip
    page = idp.get("/account/security")
    path = page.text.split('href="/account/security/passkeys/')[1].split('"')[0]
    token = {"csrf_token": token_of(page)}
    own = f"/account/security/passkeys/{path}"
    assert idp.post(f"{own}/name", data={**token, "name": "  Мой\tтелефон "}).status_code == 303
    assert "Мой телефон" in idp.get(own).text
    assert idp.post(f"{own}/name", data={**token, "name": " "}).status_code == 422
    boris = add_person(floor, "boris@example.ru")
    boris.enter(other_browser)
    foreign = {"csrf_token": token_of(other_browser.get("/account/security"))}
    assert other_browser.post(f"{own}/remove", data=foreign).status_code == 404
    assert idp.post(f"{own}/remove", data=token).status_code == 303
    drain()
    assert len({letter.subject for letter in outgoing}) == 3
    browser = new_browser(idp)
    assert sign_in_by_passkey(browser, browser.get("/signin"), device).status_code == 422


def test_removing_the_last_factor_ends_the_second_step(
    idp: FlaskClient, device: Device, anna: Volunteer
) -> None:
    page = idp.get("/account/security")
    path = page.text.split('href="/account/security/passkeys/')[1].split('"')[0]
    idp.post(f"/account/security/passkeys/{path}/remove", data={"csrf_token": token_of(page)})
    assert anna.sign_in(new_browser(idp)).headers["Location"] == "/account"
    assert 'id="codes-left"' not in idp.get("/account/security").text


def test_challenge_tells_nothing_about_people(other_browser: FlaskClient, device: Device) -> None:
    options = passkey_options(other_browser, other_browser.get("/signin"), CHALLENGE)
    assert (options["allowCredentials"], options["userVerification"]) == ([], "required")
    assert options["rpId"] == "id.igrajdanin.test"


def test_passkey_stands_for_the_password_before_a_change(
    frozen: FrozenClock, idp: FlaskClient, floor: Floor, device: Device
) -> None:
    frozen.tick(seconds=601)
    page = follow(idp, idp.get("/account/security/app"))
    assert 'id="confirm"' in page.text
    path = "/account/security/confirm"
    foreign = Device()
    boris, other = add_person(floor, "boris@example.ru"), new_browser(idp)
    boris.enter(other)
    add_passkey(other, foreign)
    options = passkey_options(idp, page, f"{path}/challenge")
    assert send_passkey(idp, page, f"{path}/passkey", foreign.get(options)).status_code == 422
    options = passkey_options(idp, page, f"{path}/challenge")
    done = send_passkey(idp, page, f"{path}/passkey", device.get(options))
    assert done.headers["Location"] == "/account/security"
    assert 'id="app-form"' in idp.get("/account/security/app").text
