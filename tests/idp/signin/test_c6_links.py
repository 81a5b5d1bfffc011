"""Spec C6.13 to C6.20: the letters' links, registration and recovery."""

import re
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from idp.accounts.models import Account, AccountLink
from idp.kernel.ground.clock import FrozenClock
from idp.kernel.work.floor import Floor
from tests.idp.cast import Site, Volunteer, follow, new_browser, submit, submit_page

PASSWORD = "совсем другие слова 77"
Drain = Callable[[], int]


def _link(letter: Any) -> str:
    found = re.search(r"https://id\.igrajdanin\.test(/(?:verify|reset)/\S+)", letter.text)
    assert found, letter.text
    return found[1]


def _register(browser: FlaskClient, email: str = "new@example.ru") -> Any:
    return submit(browser, "/register", name="Новый", login=email, password=PASSWORD)


def test_registered_person_confirms_the_address(idp: FlaskClient, drain: Drain, outgoing: list[Any]) -> None:
    assert _register(idp).status_code == 303
    assert 'id="email-unverified"' in idp.get("/account/contacts").text
    drain()
    link = _link(outgoing[0])
    assert 'id="verified"' in follow(idp, submit(idp, link)).text
    assert 'id="email-verified"' in idp.get("/account/contacts").text
    assert submit(new_browser(idp), "/signin", login="new@example.ru", password=PASSWORD).status_code == 303


def test_registration_inside_the_chain_returns_to_the_site(
    idp: FlaskClient, widget_site: Site, drain: Drain, outgoing: list[Any]
) -> None:
    page = widget_site.authorize(idp)
    visit = page.request.args["visit"]
    page = submit(idp, f"/register?visit={visit}", name="Н", login="new@example.ru", password=PASSWORD)
    code = follow(idp, page).headers["Location"]
    assert code.startswith("https://widget.igrajdanin.test/cb?code=")


def test_level_rises_with_the_confirmed_address(
    idp: FlaskClient, widget_site: Site, drain: Drain, outgoing: list[Any]
) -> None:
    import base64
    import json

    def acr() -> str:
        token = widget_site.redeem(idp, widget_site.code(idp)).get_json()["access_token"]
        payload = token.split(".")[1]
        return str(json.loads(base64.urlsafe_b64decode(payload + "=="))["acr"])

    _register(idp)
    assert acr() == "L0"
    drain()
    submit(idp, _link(outgoing[0]))
    assert acr() == "L1"


def test_c6_10_owner_is_told_of_a_second_registration(
    idp: FlaskClient, anna: Volunteer, drain: Drain, outgoing: list[Any]
) -> None:
    _register(idp, anna.email)
    drain()
    assert [letter.to for letter in outgoing] == [anna.email]
    assert "/verify/" not in outgoing[0].text


def test_c6_15_get_does_not_use_the_link_up(idp: FlaskClient, drain: Drain, outgoing: list[Any]) -> None:
    _register(idp)
    drain()
    link = _link(outgoing[0])
    for _ in range(3):
        assert idp.get(link).status_code == 200
    assert submit(idp, link).status_code == 303


def test_c6_15_link_works_once(idp: FlaskClient, drain: Drain, outgoing: list[Any]) -> None:
    _register(idp)
    drain()
    link = _link(outgoing[0])
    page = idp.get(link)
    submit_page(idp, page)
    again = submit_page(idp, page)
    assert again.status_code == 410
    assert 'data-code="link-over"' in again.text


def test_c3_5_database_holds_no_live_link(
    idp: FlaskClient, floor: Floor, drain: Drain, outgoing: list[Any]
) -> None:
    _register(idp)
    with floor.db.reading() as session:
        before = str([dict(r) for r in session.execute(sa.select(floor.outbox.table)).mappings()])
    drain()
    secret = _link(outgoing[0]).rpartition("/")[2]
    with floor.db.reading() as session:
        stored = [dict(r) for r in session.execute(sa.select(AccountLink.__table__)).mappings()]
    assert secret not in str(stored) + before


def test_c6_15_reset_works_and_ends_other_sessions(
    idp: FlaskClient, other_browser: FlaskClient, anna: Volunteer, drain: Drain, outgoing: list[Any]
) -> None:
    anna.sign_in(other_browser)
    submit(idp, "/reset", login=anna.email.upper())
    drain()
    assert [letter.to for letter in outgoing] == [anna.email]
    assert submit(idp, _link(outgoing[0]), password=PASSWORD).status_code == 303
    assert idp.get("/account").status_code == 200
    assert other_browser.get("/account").status_code == 303
    assert anna.sign_in(new_browser(idp)).status_code == 422


def test_c6_15_newer_reset_kills_the_older(
    idp: FlaskClient, anna: Volunteer, drain: Drain, outgoing: list[Any]
) -> None:
    for _ in range(2):
        submit(idp, "/reset", login=anna.email)
        drain()
    older, newer = (_link(letter) for letter in outgoing)
    assert idp.get(older).status_code == 410
    assert idp.get(newer).status_code == 200


def test_c6_15_reset_ends_after_half_an_hour(
    idp: FlaskClient, anna: Volunteer, drain: Drain, outgoing: list[Any], frozen: FrozenClock
) -> None:
    submit(idp, "/reset", login=anna.email)
    drain()
    frozen.tick(seconds=1800)
    assert idp.get(_link(outgoing[0])).status_code == 410


def test_c6_15_verify_link_resets_no_password(idp: FlaskClient, drain: Drain, outgoing: list[Any]) -> None:
    _register(idp)
    drain()
    assert idp.get(_link(outgoing[0]).replace("/verify/", "/reset/")).status_code == 410


def test_weak_new_password_keeps_the_link(
    idp: FlaskClient, anna: Volunteer, drain: Drain, outgoing: list[Any]
) -> None:
    submit(idp, "/reset", login=anna.email)
    drain()
    link = _link(outgoing[0])
    assert submit(idp, link, password="123456789012").status_code == 422
    assert submit(idp, link, password=PASSWORD).status_code == 303


def test_c6_13_dotless_i_gets_no_letter(
    idp: FlaskClient, floor: Floor, drain: Drain, outgoing: list[Any]
) -> None:
    from tests.idp.cast import add_person

    add_person(floor, "mike@example.org")
    submit(idp, "/reset", login="mıke@example.org")
    drain()
    assert outgoing == []


def test_c6_16_letters_link_uses_the_configured_origin(
    idp: FlaskClient, anna: Volunteer, drain: Drain, outgoing: list[Any]
) -> None:
    from tests.idp.cast import form_of

    hidden = form_of(idp.get("/reset")).hidden
    headers = {"X-Forwarded-Host": "evil.test", "X-Forwarded-Proto": "http"}
    idp.post("/reset", data={**hidden, "login": anna.email}, headers=headers)
    drain()
    assert "https://id.igrajdanin.test/reset/" in outgoing[0].text


def test_c6_20_account_made_beforehand_gains_nothing(
    idp: FlaskClient, other_browser: FlaskClient, drain: Drain, outgoing: list[Any]
) -> None:
    """An attacker registers the victim's address first; the victim's own account is the one confirmed."""
    _register(other_browser, "victim@example.ru")
    _register(idp, "victim@example.ru")
    drain()
    submit(idp, _link(outgoing[1]))
    assert 'id="email-verified"' in idp.get("/account/contacts").text
    assert 'id="email-unverified"' in other_browser.get("/account/contacts").text
    assert submit(new_browser(idp), _link(outgoing[0])).status_code == 409


def test_c9_2_form_cannot_assign_other_fields(idp: FlaskClient, floor: Floor) -> None:
    extra = {"email_verified_at": "2020-01-01", "emailVerified": "true", "id": "x", "login_key": "x"}
    submit(idp, "/register", name="Н", login="new@example.ru", password=PASSWORD, **extra)
    with floor.db.reading() as session:
        row = session.execute(sa.select(Account.__table__)).one()
    assert (row.email_verified_at, row.login_key) == (None, None)


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"login": "nonsense"}, "login"), ({"login": "a@b@c"}, "login"),
        ({"login": "x" * 300 + "@e.ru"}, "login"),
        ({"password": "short"}, "password"), ({"password": "парольпароль"}, "password"),
        ({"password": "x" * 257}, "password"), ({"name": "n" * 300}, "name"),
        ({"login": "a\r\nBcc: x@e.ru"}, "login"), ({"login": "+7 495 123-45-67"}, "login"),
        ({"login": "+882 16 1234567"}, "login"),
    ],
)  # fmt: skip
def test_wrong_fields_are_named(idp: FlaskClient, fields: dict[str, str], wrong: str) -> None:
    page = submit(idp, "/register", **{"name": "Н", "login": "n@example.ru", "password": PASSWORD, **fields})
    assert page.status_code == 422
    assert f'href="#{wrong}"' in page.text
    assert f'id="{wrong}-error"' in page.text


def test_one_mailbox_is_not_flooded(
    idp: FlaskClient, anna: Volunteer, drain: Drain, outgoing: list[Any]
) -> None:
    for _ in range(9):
        submit(idp, "/reset", login=anna.email)
    drain()
    assert len(outgoing) == 6


def test_repeated_delivery_sends_the_same_link(
    idp: FlaskClient, floor: Floor, anna: Volunteer, outgoing: list[Any]
) -> None:
    from idp.accounts.jobs import on_proof_asked
    from idp.kernel.ground import clock

    submit(idp, "/reset", login=anna.email)
    delivery = floor.outbox.take(floor.db, clock.now())
    assert delivery
    on_proof_asked(delivery, floor)
    on_proof_asked(delivery, floor)
    assert outgoing[0] == outgoing[1]
    assert idp.get(_link(outgoing[1])).status_code == 200


def test_double_tap_makes_one_account(idp: FlaskClient, other_browser: FlaskClient, floor: Floor) -> None:
    """The second post leaves before the first one's cookies arrive."""
    from tests.idp.cast import form_of

    sent = {**form_of(idp.get("/register")).hidden, "login": "new@example.ru", "password": PASSWORD}
    form_cookie = idp.get_cookie("__Host-form", domain="id.igrajdanin.test")
    assert form_cookie
    other_browser.set_cookie("__Host-form", form_cookie.value, domain="id.igrajdanin.test", secure=True)
    assert [b.post("/register", data=sent).status_code for b in (idp, other_browser)] == [303, 303]
    with floor.db.reading() as session:
        assert session.execute(sa.select(sa.func.count()).select_from(Account)).scalar() == 1
