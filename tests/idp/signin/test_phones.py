"""People with a telephone number: registration, the code, recovery, and what fraud would try."""

import re
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from idp.accounts.models import Account, AccountLink
from idp.kernel.ground.clock import FrozenClock
from idp.kernel.work.floor import Floor
from tests.idp.cast import Site, Volunteer, follow, form_of, new_browser, submit, submit_page

PASSWORD = "совсем другие слова 77"
NUMBER = "8 (916) 123-45-67"
Drain = Callable[[], int]


def _register(browser: FlaskClient, login: str = NUMBER) -> TestResponse:
    return submit(browser, "/register", name="Новый", login=login, password=PASSWORD)


def _code(message: Any) -> str:
    found = re.search(r"\b\d{6}\b", message.text)
    assert found, message.text
    return found[0]


def _wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def test_number_is_confirmed_by_the_code(idp: FlaskClient, drain: Drain, texted: list[Any]) -> None:
    page = follow(idp, _register(idp))
    assert 'autocomplete="one-time-code"' in page.text
    drain()
    assert [sms.to for sms in texted] == ["+79161234567"]
    assert texted[0].text.endswith(f"@id.igrajdanin.test #{_code(texted[0])}")
    code = _code(texted[0])
    assert submit(idp, "/confirm", code=f" {code[:3]}-{code[3:]} ").headers["Location"] == "/account"
    for spelling in ("+7 916 123 45 67", "９１６１２３４５６７"):
        assert submit(new_browser(idp), "/signin", login=spelling, password=PASSWORD).status_code == 303


def test_chain_goes_on_after_the_code(
    idp: FlaskClient, widget_site: Site, drain: Drain, texted: list[Any]
) -> None:
    visit = widget_site.authorize(idp).request.args["visit"]
    asked = submit(idp, f"/register?visit={visit}", name="Н", login=NUMBER, password=PASSWORD)
    page = follow(idp, asked)
    assert f"/authorize/resume?visit={visit}" in page.text or "later" in page.text
    drain()
    back = follow(idp, submit_page(idp, page, code=_code(texted[0])))
    assert back.headers["Location"].startswith("https://widget.igrajdanin.test/cb?code=")


def test_userinfo_tells_the_number(
    idp: FlaskClient, widget_site: Site, drain: Drain, texted: list[Any]
) -> None:
    _register(idp)
    drain()
    submit(idp, "/confirm", code=_code(texted[0]))
    code = widget_site.code(idp, scope="openid phone email")
    token = widget_site.redeem(idp, code).get_json()["access_token"]
    told = idp.get("/userinfo", headers={"Authorization": f"Bearer {token}"}).get_json()
    assert (told["phone_number"], told["phone_number_verified"]) == ("+79161234567", True)
    assert "email" not in told
    assert "email_verified" not in told


def test_code_takes_five_tries(idp: FlaskClient, drain: Drain, texted: list[Any]) -> None:
    _register(idp)
    drain()
    code = _code(texted[0])
    statuses = [submit(idp, "/confirm", code=_wrong(code)).status_code for _ in range(5)]
    assert statuses == [422] * 5
    assert submit(idp, "/confirm", code=code).status_code == 422


def test_code_ends_after_ten_minutes(
    idp: FlaskClient, drain: Drain, texted: list[Any], frozen: FrozenClock
) -> None:
    _register(idp)
    drain()
    frozen.tick(seconds=600)
    assert submit(idp, "/confirm", code=_code(texted[0])).status_code == 422
    submit_page(idp, follow(idp, idp.get("/confirm")), code="")
    idp.post("/confirm/again", data=form_of(idp.get("/confirm")).hidden)
    drain()
    assert submit(idp, "/confirm", code=_code(texted[1])).status_code == 303


def test_newer_code_kills_the_older(idp: FlaskClient, drain: Drain, texted: list[Any]) -> None:
    _register(idp)
    drain()
    idp.post("/confirm/again", data=form_of(idp.get("/confirm")).hidden)
    drain()
    older, newer = map(_code, texted)
    assert older == newer or submit(idp, "/confirm", code=older).status_code == 422
    assert submit(idp, "/confirm", code=newer).status_code == 303


def test_code_of_another_account_is_refused(
    idp: FlaskClient, other_browser: FlaskClient, drain: Drain, texted: list[Any]
) -> None:
    _register(idp)
    _register(other_browser, "+7 916 765-43-21")
    drain()
    assert _code(texted[0]) == _code(texted[1]) or (
        submit(other_browser, "/confirm", code=_code(texted[0])).status_code == 422
    )


def test_database_holds_no_code(
    idp: FlaskClient, floor: Floor, drain: Drain, texted: list[Any], frozen: FrozenClock
) -> None:
    from idp.kernel.crypto.digests import digest

    _register(idp)
    drain()
    with floor.db.reading() as session:
        stored = str([dict(r) for r in session.execute(sa.select(AccountLink.__table__)).mappings()])
    assert _code(texted[0]) not in re.findall(r"\b\d{6}\b", stored)
    assert digest(_code(texted[0])) not in stored


def test_letter_has_link_and_code_and_one_ends_the_other(
    idp: FlaskClient, drain: Drain, outgoing: list[Any]
) -> None:
    _register(idp, "new@example.ru")
    drain()
    link = re.search(r"/verify/\S+", outgoing[0].text)
    assert link
    assert submit(idp, "/confirm", code=_code(outgoing[0])).status_code == 303
    assert idp.get(link[0]).status_code == 410


def _recover(browser: FlaskClient, login: str) -> TestResponse:
    return submit(browser, "/reset", login=login)


def test_password_is_recovered_by_sms(
    idp: FlaskClient, other_browser: FlaskClient, drain: Drain, texted: list[Any]
) -> None:
    _register(idp)
    drain()
    submit(idp, "/confirm", code=_code(texted[0]))
    page = _recover(other_browser, "+79161234567")
    drain()
    again = "ещё какие-то слова 88"
    done = submit_page(other_browser, page, code=_code(texted[1]), password=again)
    assert done.status_code == 303
    assert idp.get("/account").status_code == 303
    assert submit(new_browser(idp), "/signin", login=NUMBER, password=again).status_code == 303
    sent = {**form_of(other_browser.get("/reset")).hidden, "link": form_of(page).hidden["link"]}
    once_more = {**sent, "code": _code(texted[1]), "password": PASSWORD}
    assert other_browser.post("/reset/code", data=once_more).status_code == 422


def test_recovery_code_is_of_one_browser(
    idp: FlaskClient, other_browser: FlaskClient, anna: Volunteer, drain: Drain, outgoing: list[Any]
) -> None:
    page = _recover(idp, anna.email)
    drain()
    link = form_of(page).hidden["link"]
    stolen = {**form_of(_recover(other_browser, "nobody@example.ru")).hidden, "link": link}
    sent = {**stolen, "code": _code(outgoing[0]), "password": PASSWORD}
    assert other_browser.post("/reset/code", data=sent).status_code == 422
    assert submit_page(idp, page, code=_code(outgoing[0]), password=PASSWORD).status_code == 303


def test_c6_10_recovery_by_code_tells_nothing(
    idp: FlaskClient, anna: Volunteer, drain: Drain, outgoing: list[Any], texted: list[Any]
) -> None:
    pages = [_recover(idp, who) for who in (anna.email, "nobody@example.ru", "+7 916 000-00-00")]
    drain()
    assert (len(outgoing), len(texted)) == (1, 0)
    tried = [submit_page(idp, page, code="000000x", password=PASSWORD) for page in pages]
    shapes = {re.sub(r'value="[^"]*"', "", page.text) for page in tried}
    assert {page.status_code for page in tried} == {422}
    assert len(shapes) == 1


def test_weak_new_password_costs_no_try(
    idp: FlaskClient, anna: Volunteer, drain: Drain, outgoing: list[Any]
) -> None:
    page = _recover(idp, anna.email)
    drain()
    for _ in range(6):
        assert submit_page(idp, page, code=_code(outgoing[0]), password="short").status_code == 422
    assert submit_page(idp, page, code=_code(outgoing[0]), password=PASSWORD).status_code == 303


def test_owner_of_a_number_is_told_of_a_second_registration(
    idp: FlaskClient, other_browser: FlaskClient, floor: Floor, drain: Drain, texted: list[Any]
) -> None:
    _register(idp)
    drain()
    submit(idp, "/confirm", code=_code(texted[0]))
    page = _register(other_browser)
    drain()
    assert page.headers["Location"] == "/confirm"
    assert not re.search(r"\b\d{6}\b", texted[1].text)
    assert submit(other_browser, "/confirm", code="123456").status_code == 422
    with floor.db.reading() as session:
        keys = list(session.execute(sa.select(Account.phone_key)).scalars())
    assert sorted(map(str, keys)) == ["+79161234567", "None"]


def test_sms_pumping_is_bounded_by_number(idp: FlaskClient, drain: Drain, texted: list[Any]) -> None:
    _register(idp)
    for _ in range(6):
        idp.post("/confirm/again", data=form_of(idp.get("/confirm")).hidden)
    drain()
    assert len(texted) == 4


def test_sms_pumping_is_bounded_by_peer(idp: FlaskClient) -> None:
    """Many numbers from one peer; a header that names another peer changes nothing."""
    hidden = form_of(idp.get("/reset")).hidden
    statuses = [
        idp.post(
            "/reset",
            data={**hidden, "login": f"+7 916 000-00-{n:02d}"},
            headers={"X-Forwarded-For": f"203.0.113.{n}"},
        ).status_code
        for n in range(11)
    ]
    assert statuses == [200] * 10 + [429]


def test_sms_pumping_is_bounded_for_everybody(
    idp: FlaskClient,
    other_browser: FlaskClient,
    floor: Floor,
    drain: Drain,
    texted: list[Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(floor.settings, "sms", floor.settings.sms.model_copy(update={"most_an_hour": 1}))
    _register(idp)
    _register(other_browser, "+7 916 765-43-21")
    drain()
    assert len(texted) == 1
