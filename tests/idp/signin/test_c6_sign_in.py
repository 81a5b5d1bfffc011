"""Spec C6.1 to C6.12: sessions, login CSRF, enumeration, throttling."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from structlog.testing import capture_logs

from idp.kernel.ground import clock
from idp.kernel.ground.clock import FrozenClock
from idp.kernel.work.floor import Floor
from idp.sessions.models import SignedInSession
from idp.signin.service import Attempt, TooManyTries, check_password
from tests.idp.cast import Site, Volunteer, add_person, form_of, new_browser, submit, submit_page

SESSION = "__Host-session"


def _cookie(browser: FlaskClient) -> str | None:
    found = browser.get_cookie(SESSION, domain="id.igrajdanin.test")
    return found.value if found else None


def _is_signed_in(browser: FlaskClient) -> bool:
    return browser.get("/account").status_code == 200


def test_c6_1_session_id_changes_at_login(idp: FlaskClient, anna: Volunteer) -> None:
    anna.sign_in(idp)
    first = _cookie(idp)
    anna.sign_in(idp)
    assert first
    assert _cookie(idp) != first


def test_c6_1_planted_session_is_not_adopted(idp: FlaskClient, anna: Volunteer) -> None:
    idp.set_cookie(SESSION, "planted", domain="id.igrajdanin.test", secure=True)
    anna.sign_in(idp)
    assert _cookie(idp) != "planted"


def test_c6_2_copied_cookie_is_dead_after_logout(idp: FlaskClient, anna: Volunteer) -> None:
    anna.sign_in(idp)
    thief = new_browser(idp)
    thief.set_cookie(SESSION, _cookie(idp) or "", domain="id.igrajdanin.test", secure=True)
    assert _is_signed_in(thief)
    submit(idp, "/logout")
    assert not _is_signed_in(thief)


def test_c6_3_cookie_is_host_only_and_bounded(idp: FlaskClient, anna: Volunteer) -> None:
    response = anna.sign_in(idp)
    cookie = next(c for c in response.headers.getlist("Set-Cookie") if c.startswith(SESSION))
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(re.split(r"; ?", cookie))
    assert "Domain" not in cookie
    assert "Max-Age=" in cookie


def test_c6_4_idle_session_ends(idp: FlaskClient, anna: Volunteer, frozen: FrozenClock) -> None:
    anna.sign_in(idp)
    frozen.tick(days=13)
    assert _is_signed_in(idp)
    frozen.tick(days=13)
    assert _is_signed_in(idp)
    frozen.tick(days=15)
    assert not _is_signed_in(idp)


def test_c6_4_every_session_ends_some_day(idp: FlaskClient, anna: Volunteer, frozen: FrozenClock) -> None:
    anna.sign_in(idp)
    for _ in range(9):
        frozen.tick(days=10)
        last = _is_signed_in(idp)
    assert not last


def test_c3_5_database_holds_no_session_secret(idp: FlaskClient, floor: Floor, anna: Volunteer) -> None:
    anna.sign_in(idp)
    with floor.db.reading() as session:
        stored = session.execute(sa.select(SignedInSession.__table__)).mappings().one()
    assert _cookie(idp) not in str(dict(stored))


@pytest.mark.parametrize("page", ["/signin", "/register", "/reset", "/account"])
def test_c6_5_pages_are_not_stored(idp: FlaskClient, anna: Volunteer, page: str) -> None:
    anna.sign_in(idp)
    headers = idp.get(page).headers
    assert headers["Cache-Control"] == "no-store"
    assert "Cookie" in headers["Vary"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["Referrer-Policy"] == "no-referrer"


FORMS = [
    "/signin", "/register", "/reset", "/consent", "/logout/confirm", "/account", "/account/password",
    "/account/sessions/end", "/account/sessions/end-all", "/account/sites/withdraw", "/verify/x", "/reset/x",
    "/account/confirmation", "/factor", "/factor/paper", "/factor/passkey", "/factor/challenge",
    "/signin/passkey", "/signin/passkey/challenge", "/confirmation", "/stay-below",
    "/account/security/confirm", "/account/security/app", "/account/security/app/remove",
    "/account/security/codes", "/account/security/devices/forget", "/account/security/passkeys",
    "/account/security/passkeys/challenge", "/account/security/passkeys/x/name",
    "/account/security/passkeys/x/remove",
    "/account/sessions/end-others", "/account/contacts/email",
    "/account/contacts/phone",
    "/account/contacts/phone/remove", "/account/data/export", "/account/data/delete", "/undo/x", "/confirm",
    "/confirm/again", "/reset/code",
    "/account/security/confirm/challenge", "/account/security/confirm/passkey",
]  # fmt: skip


def test_c6_6_form_without_token_is_refused(idp: FlaskClient, anna: Volunteer) -> None:
    anna.sign_in(idp)
    sent = {"login": anna.email, "password": anna.password}
    assert {idp.post(path, data=sent).status_code for path in FORMS} == {403}


def test_c6_6_token_of_another_browser_is_refused(
    idp: FlaskClient, other_browser: FlaskClient, anna: Volunteer
) -> None:
    foreign = form_of(other_browser.get("/signin")).hidden
    idp.get("/signin")
    response = idp.post("/signin", data={**foreign, "login": anna.email, "password": anna.password})
    assert response.status_code == 403


def test_c6_6_foreign_origin_is_refused(idp: FlaskClient, anna: Volunteer) -> None:
    hidden = form_of(idp.get("/signin")).hidden
    data = {**hidden, "login": anna.email, "password": anna.password}
    assert idp.post("/signin", data=data, headers={"Origin": "https://evil.test"}).status_code == 403
    assert idp.post("/signin", data=data, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403


def test_c6_6_token_from_before_sign_in_is_dead(idp: FlaskClient, anna: Volunteer) -> None:
    old = form_of(idp.get("/signin")).hidden
    anna.sign_in(idp)
    assert idp.post("/account", data={**old, "name": "x"}).status_code == 403


def test_c6_9_sign_in_chain_keeps_its_opener(idp: FlaskClient, dobro: Site, anna: Volunteer) -> None:
    page = dobro.authorize(idp)
    assert "Cross-Origin-Opener-Policy" not in page.headers
    anna.sign_in(idp)
    assert "Cross-Origin-Opener-Policy" not in dobro.authorize(idp).headers
    assert idp.get("/account").headers["Cross-Origin-Opener-Policy"] == "same-origin"


def test_chain_forms_may_lead_to_the_site(idp: FlaskClient, dobro: Site) -> None:
    page = dobro.authorize(idp)
    assert "form-action 'self' https://dobro.test;" in page.headers["Content-Security-Policy"] + ";"
    wrong = submit_page(idp, page, login="nobody@example.ru", password="x")
    assert "https://dobro.test" in wrong.headers["Content-Security-Policy"]


def _shape(page: object) -> str:
    """Give a page without what differs from one request to the next."""
    text = str(getattr(page, "text", ""))
    return re.sub(r'value="[^"]*"|[0-9a-f-]{36}', "", text)


def test_c6_10_wrong_password_looks_like_unknown_name(idp: FlaskClient, anna: Volunteer) -> None:
    known = submit(idp, "/signin", login=anna.email, password="wrong")
    unknown = submit(idp, "/signin", login="nobody@example.ru", password="wrong")
    assert known.status_code == unknown.status_code == 422
    assert _shape(known) == _shape(unknown)


def test_c6_10_registration_tells_nothing(
    idp: FlaskClient, other_browser: FlaskClient, anna: Volunteer
) -> None:
    fields = {"name": "Кто-то", "password": "совсем другие слова 77"}
    known = submit(idp, "/register", login=anna.email, **fields)
    unknown = submit(other_browser, "/register", login="new@example.ru", **fields)
    assert (known.status_code, known.headers["Location"]) == (303, "/account")
    assert (unknown.status_code, unknown.headers["Location"]) == (303, "/account")
    for browser in (idp, other_browser):
        submit(browser, "/logout")
    again = [submit(b, "/signin", login=e, password=fields["password"]) for b, e in (
        (idp, anna.email), (other_browser, "new@example.ru"))]  # fmt: skip
    assert [page.status_code for page in again] == [422, 422]


def test_c6_10_reset_tells_nothing(idp: FlaskClient, anna: Volunteer) -> None:
    known, unknown = (submit(idp, "/reset", login=e) for e in (anna.email, "nobody@example.ru"))
    assert known.status_code == unknown.status_code == 200
    assert _shape(known) == _shape(unknown)


def test_c6_11_guessing_is_throttled_and_ends(idp: FlaskClient, anna: Volunteer, frozen: FrozenClock) -> None:
    pages = [submit(idp, "/signin", login=anna.email, password=f"guess {n}") for n in range(11)]
    assert [p.status_code for p in pages[-2:]] == [422, 429]
    assert int(pages[-1].headers["Retry-After"]) <= 900
    assert anna.sign_in(idp).status_code == 429
    frozen.tick(seconds=900)
    assert anna.sign_in(idp).status_code == 303


@pytest.mark.usefixtures("frozen")  # or a window may end in the middle
def test_c6_11_attacker_does_not_lock_the_owner_out(idp: FlaskClient, anna: Volunteer) -> None:
    attacker = new_browser(idp)
    attacker.environ_base["REMOTE_ADDR"] = "203.0.113.7"
    for n in range(12):
        submit(attacker, "/signin", login=anna.email, password=f"guess {n}")
    assert anna.sign_in(idp).status_code == 303


@pytest.mark.usefixtures("frozen")  # or a window may end in the middle
@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "X-Client-IP"])
def test_c6_11_spoofed_address_changes_nothing(idp: FlaskClient, anna: Volunteer, header: str) -> None:
    hidden = form_of(idp.get("/signin")).hidden
    data = {**hidden, "login": anna.email, "password": "guess"}
    statuses = [
        idp.post("/signin", data=data, headers={header: f"203.0.113.{n}"}).status_code for n in range(11)
    ]
    assert statuses[-1] == 429


SPELLINGS = [
    "ANNA@example.ru",
    " anna@example.ru ",
    "anna@EXAMPLE.RU",
    "ａnna@example.ru",
    "anna\u200b@example.ru",
]


@pytest.mark.usefixtures("frozen")  # or a window may end in the middle
@pytest.mark.parametrize("spelling", SPELLINGS, ids=ascii)
def test_c6_12_spelling_does_not_bypass_the_limit(idp: FlaskClient, anna: Volunteer, spelling: str) -> None:
    from idp.accounts import login_key

    assert login_key(spelling) in (login_key(anna.email), "")


@pytest.mark.usefixtures("frozen")  # or a window may end in the middle
def test_right_passwords_are_not_counted(idp: FlaskClient, anna: Volunteer) -> None:
    assert [anna.sign_in(idp).status_code for _ in range(12)] == [303] * 12


def test_c6_14_huge_password_is_refused_fast(idp: FlaskClient, anna: Volunteer) -> None:
    assert submit(idp, "/signin", login=anna.email, password="x" * 900_000).status_code == 422
    body = b"password=" + b"x" * 32_000_000
    response = idp.post("/signin", data=body, content_type="application/x-www-form-urlencoded")
    assert response.status_code == 413


def test_c6_14_long_unicode_password_counts_whole(idp: FlaskClient, floor: Floor) -> None:
    from idp.accounts import hash_password

    password = "ж" * 100 + "пробел в конце "
    person = add_person(floor, "long@example.ru", password_hash=hash_password(password))
    assert submit(idp, "/signin", login=person.email, password=password[:-1]).status_code == 422
    assert submit(idp, "/signin", login=person.email, password=password).status_code == 303


@pytest.mark.parametrize("host", ["evil.test", "id.igrajdanin.test.evil.test", ""])
def test_c6_16_unknown_host_is_refused(idp: FlaskClient, host: str) -> None:
    response = idp.get("/signin", headers={"Host": host})
    assert response.status_code == 400


@pytest.mark.parametrize("goal", ["//evil", "/\\evil", "https:evil", "javascript:alert(1)", "%0d%0aX: 1"])
def test_c6_17_there_is_no_next_to_abuse(idp: FlaskClient, anna: Volunteer, goal: str) -> None:
    response = submit(idp, "/signin", login=anna.email, password=anna.password, next=goal, visit="")
    assert response.headers["Location"] == "/account"


def test_c6_12_parallel_burst_passes_no_limit(idp_app: Flask, floor: Floor, anna: Volunteer) -> None:
    """Thirty wrong tries at once: the tries are counted before any password is looked at."""
    now = clock.now()

    def guess(number: int) -> bool:
        with idp_app.app_context():
            try:
                check_password(floor.db, Attempt(anna.email, f"guess {number}", "203.0.113.9"), now=now)
            except TooManyTries:
                return False
        return True

    with ThreadPoolExecutor(10) as pool:
        assert sum(pool.map(guess, range(30))) == 10


def test_c8_15_log_holds_no_secrets(idp: FlaskClient, dobro: Site, anna: Volunteer) -> None:
    with capture_logs() as lines:
        tokens = dobro.connect(idp, anna)
        submit(idp, "/signin", login=anna.email, password="wrong")
    said = str(lines)
    assert "password_try" in said
    session = _cookie(idp) or "-"
    for secret in (tokens["access_token"], tokens["id_token"], anna.password, anna.email, session):
        assert secret not in said
    assert "code=" not in said
