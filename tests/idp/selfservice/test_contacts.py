"""Changing where one is reached: confirmed at the new address, told to the old one, undone from there."""

import re
from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from idp.kernel.ground.clock import FrozenClock
from idp.kernel.work.floor import Floor
from tests.idp.cast import Volunteer, add_person, follow, form_of, new_browser, submit, submit_page

NEW = "anna.new@example.ru"
AGAIN = "ещё какие-то слова 88"
Drain = Callable[[], int]


def _change(browser: FlaskClient, person: Volunteer, to: str = NEW, **fields: str) -> TestResponse:
    sent = {"email": to, "old_password": person.password, **fields}
    return (
        submit_page(browser, browser.get("/account/contacts/email"), **sent)
        if False
        else browser.post(
            "/account/contacts/email", data={**form_of(browser.get("/account/contacts/email")).hidden, **sent}
        )
    )


def _link(letter: Any, purpose: str) -> str:
    found = re.search(rf"https://id\.igrajdanin\.test(/{purpose}/\S+)", letter.text)
    assert found, letter.text
    return found[1]


def _to(letters: list[Any], address: str) -> list[Any]:
    return [letter for letter in letters if letter.to == address]


def test_c6_19_new_address_counts_once_confirmed(
    idp: FlaskClient, anna: Volunteer, drain: Drain, outgoing: list[Any]
) -> None:
    anna.enter(idp)
    assert _change(idp, anna).status_code == 303
    drain()
    assert anna.email in idp.get("/account/contacts").text
    submit(new_browser(idp), _link(_to(outgoing, NEW)[0], "verify"))
    assert f'id="email">{NEW}' in idp.get("/account/contacts").text
    assert submit(new_browser(idp), "/signin", login=NEW, password=anna.password).status_code == 303
    assert anna.sign_in(new_browser(idp)).status_code == 422


def test_c6_19_old_address_is_told_at_once_and_after(
    idp: FlaskClient, anna: Volunteer, drain: Drain, outgoing: list[Any]
) -> None:
    anna.enter(idp)
    _change(idp, anna)
    drain()
    assert len(_to(outgoing, anna.email)) == 1
    submit(new_browser(idp), _link(_to(outgoing, NEW)[0], "verify"))
    drain()
    assert len(_to(outgoing, anna.email)) == 2
    assert NEW not in "".join(letter.text for letter in _to(outgoing, anna.email))


def test_c6_19_old_address_takes_the_change_back(
    idp: FlaskClient, anna: Volunteer, drain: Drain, outgoing: list[Any], frozen: FrozenClock
) -> None:
    """A thief with the password changes the address twice; the owner's first letter still works."""
    thief, owner = new_browser(idp), idp
    anna.enter(thief)
    for address in (NEW, "thief.two@example.ru"):
        _change(thief, anna, address)
        drain()
        submit(new_browser(idp), _link(_to(outgoing, address)[0], "verify"))
        drain()
    frozen.tick(days=6, seconds=23 * 3600)
    link = _link(_to(outgoing, anna.email)[-1], "undo")
    assert owner.get(link).status_code == 200
    page = submit(owner, link)
    assert 'id="reset-code-form"' in page.text
    assert thief.get("/account").status_code == 303
    assert anna.sign_in(new_browser(idp)).status_code == 422
    drain()
    code = re.search(r"\b\d{6}\b", _to(outgoing, anna.email)[-1].text)
    assert code
    assert submit_page(owner, page, code=code[0], password=AGAIN).status_code == 303
    assert f'id="email">{anna.email}' in owner.get("/account/contacts").text
    assert owner.get(link).status_code == 410


def test_c6_19_change_is_taken_back_for_seven_days(
    idp: FlaskClient, anna: Volunteer, drain: Drain, outgoing: list[Any], frozen: FrozenClock
) -> None:
    anna.enter(idp)
    _change(idp, anna)
    drain()
    frozen.tick(days=7)
    assert idp.get(_link(_to(outgoing, anna.email)[0], "undo")).status_code == 410


def test_change_needs_the_password(
    idp: FlaskClient, anna: Volunteer, drain: Drain, outgoing: list[Any]
) -> None:
    anna.enter(idp)
    page = _change(idp, anna, old_password="wrong")
    assert page.status_code == 422
    assert 'href="#old_password"' in page.text
    drain()
    assert outgoing == []


def test_c6_10_known_and_unknown_new_address_look_alike(
    idp: FlaskClient, floor: Floor, anna: Volunteer, drain: Drain, outgoing: list[Any]
) -> None:
    boris = add_person(floor, "boris@example.ru")
    anna.enter(idp)
    answers = [_change(idp, anna, to) for to in (boris.email, NEW)]
    assert {(a.status_code, a.headers["Location"]) for a in answers} == {
        (303, "/account/contacts?done=email")
    }
    drain()
    [told] = _to(outgoing, boris.email)
    assert "/verify/" not in told.text


def test_number_is_added_and_removed(
    idp: FlaskClient, anna: Volunteer, drain: Drain, texted: list[Any], outgoing: list[Any]
) -> None:
    anna.enter(idp)
    sent = {"phone": "8 916 123-45-67", "old_password": anna.password}
    page = follow(idp, submit(idp, "/account/contacts/phone", **sent))
    drain()
    code = re.search(r"\b\d{6}\b", texted[0].text)
    assert code
    submit_page(idp, page, code=code[0])
    form = form_of(idp.get("/account/contacts/phone")).hidden
    assert "+7 916 123-45-67" in idp.get("/account/contacts").text
    assert submit(new_browser(idp), "/signin", login="89161234567", password=anna.password).status_code == 303
    gone = idp.post("/account/contacts/phone/remove", data={**form, "password": anna.password})
    assert gone.status_code == 303
    assert "+7 916" not in idp.get("/account/contacts").text
    assert submit(new_browser(idp), "/signin", login="89161234567", password=anna.password).status_code == 422


def test_last_way_in_is_not_removed(idp: FlaskClient, drain: Drain, texted: list[Any]) -> None:
    submit(idp, "/register", name="", login="8 916 123-45-67", password=AGAIN)
    drain()
    code = re.search(r"\b\d{6}\b", texted[0].text)
    assert code
    submit(idp, "/confirm", code=code[0])
    form = form_of(idp.get("/account/contacts/phone")).hidden
    gone = idp.post("/account/contacts/phone/remove", data={**form, "password": AGAIN})
    assert gone.status_code == 404
    assert "+7 916" in idp.get("/account/contacts").text
