"""Spec C6.10 to C6.12: what is asked in another way, or all at once, passes no limit and tells nothing."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from idp.accounts import find_credentials, login_key
from idp.accounts.links import CODE_LIFE, LinkOrder, TypedCode, find_link, open_link, order_link, try_code
from idp.accounts.rules import parse_address
from idp.kernel.ground import clock
from idp.kernel.work.floor import Floor
from tests.idp.cast import Volunteer, form_of, submit

DIFFERENT = {"Set-Cookie", "Date", "X-Request-Id", "Content-Length"}


@pytest.mark.parametrize("path", ["/signin", "/register", "/reset", "/reset/code", "/confirm"])
def test_c6_12_other_bodies_are_no_way_around(idp: FlaskClient, anna: Volunteer, path: str) -> None:
    """JSON, another method in a header or a field: nothing of it reaches the check of a password."""
    hidden = form_of(idp.get("/signin")).hidden
    assert idp.post(path, json={**hidden, "login": anna.email, "password": "guess"}).status_code == 403
    override = {"X-HTTP-Method-Override": "POST", "X-Method-Override": "POST"}
    assert idp.get(f"{path}?_method=POST&login={anna.email}", headers=override).status_code in (
        200,
        303,
        405,
        410,
    )
    assert idp.put(path, data=hidden).status_code == 405


def test_c6_12_head_checks_no_password(idp: FlaskClient, anna: Volunteer) -> None:
    answer = idp.head("/signin", query_string={"login": anna.email, "password": anna.password})
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers or "session=" not in answer.headers["Set-Cookie"]


@pytest.mark.parametrize(
    "spelling",
    ["ANNA@EXAMPLE.RU", "anna@example.ru.", " anna@example.ru\t", "anna@ｅxample.ru", "anna+x@example.ru"],
)
def test_c6_12_another_spelling_is_the_same_name_or_nobodys(
    anna: Volunteer, spelling: str, floor: Floor
) -> None:
    key = login_key(spelling)
    with floor.db.reading() as session:
        found = find_credentials(session, key)
    assert key == login_key(anna.email) or found is None


def test_c6_12_burst_of_codes_gets_five_tries(idp_app: Flask, floor: Floor, anna: Volunteer) -> None:
    now, key = clock.now(), floor.settings.secret_key.get_secret_value()
    address = parse_address(anna.email)
    assert address
    with floor.db.writing() as session:
        order = LinkOrder("verify", address, anna.sub)
        link = find_link(session, order_link(session, order, now=now), now=now)
        assert link
        secrets = open_link(session, link, anna.sub, secret_key=key, now=now)
    assert CODE_LIFE.total_seconds() == 600
    wrong = f"{(int(secrets.code) + 1) % 1_000_000:06d}"

    def guess(_number: int) -> None:
        with idp_app.app_context(), floor.db.writing() as session:
            assert try_code(session, TypedCode(link.id, wrong, anna.sub), secret_key=key, now=now) is None

    with ThreadPoolExecutor(10) as pool:
        list(pool.map(guess, range(50)))
    with floor.db.writing() as session:
        tries = session.execute(sa.text("SELECT tries FROM account_link")).scalar_one()
        right = try_code(session, TypedCode(link.id, secrets.code, anna.sub), secret_key=key, now=now)
    assert (tries, right) == (5, None)


def _seen(page: TestResponse) -> tuple[object, ...]:
    """Give what a stranger sees of an answer: status, headers that could tell, and the body."""
    headers = {name: value for name, value in page.headers.items() if name not in DIFFERENT}
    cookies = [cookie.partition("=")[0] for cookie in page.headers.getlist("Set-Cookie")]
    text = re.sub(r'value="[^"]*"|[0-9a-f-]{36}', "", page.text)
    return (page.status_code, sorted(headers.items()), cookies, text)


@pytest.mark.parametrize("known", ["anna@example.ru", "+7 916 123-45-67"])
def test_c6_10_answers_are_alike_to_the_header(
    idp_app: Flask, floor: Floor, anna: Volunteer, idp: FlaskClient, known: str
) -> None:
    from tests.idp.cast import add_person, new_browser

    claims = {"phone_number": "+79161234567", "phone_number_verified": True}
    add_person(floor, "phone@example.ru", claims=claims)
    unknown = "nobody@example.ru" if "@" in known else "+7 916 765-43-21"
    password = "совсем другие слова 77"
    seen = []
    for login in (known, unknown):
        browser = new_browser(idp)
        seen.append(
            [
                _seen(submit(browser, "/signin", login=login, password="wrong")),
                _seen(submit(browser, "/reset", login=login)),
                _seen(submit(browser, "/register", name="Н", login=login, password=password)),
            ]
        )
    for of_known, of_unknown in zip(*seen, strict=True):
        for one, other in zip(of_known, of_unknown, strict=True):
            assert str(one).replace(known, "X") == str(other).replace(unknown, "X")
