"""Spec C6.18: one-time codes, codes on paper, the second step, and the ways around it."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from idp.accounts import set_level
from idp.factors import count_try, use_recovery_code, use_totp
from idp.factors.models import RecoveryCode, RememberedDevice, Totp
from idp.kernel.ground import clock
from idp.kernel.ground.clock import FrozenClock
from idp.kernel.work.floor import Floor
from tests.idp.authorize.test_levels import _claims
from tests.idp.cast import (
    Site,
    Volunteer,
    add_person,
    answer,
    follow,
    form_of,
    new_browser,
    submit,
    submit_page,
)
from tests.idp.secured import add_app, code_of, codes_of

Drain = Callable[[], int]
PASSWORD = "совсем другие слова 77"


def _is_signed_in(browser: FlaskClient) -> bool:
    return browser.get("/account").status_code == 200


def test_second_step_follows_the_password(
    idp: FlaskClient, other_browser: FlaskClient, anna: Volunteer, frozen: FrozenClock
) -> None:
    anna.enter(idp)
    app, codes = add_app(idp)
    assert len(codes) == 10
    page = follow(other_browser, anna.sign_in(other_browser))
    assert 'id="factor"' in page.text
    assert 'autocomplete="one-time-code" inputmode="numeric"' in page.text
    frozen.tick(seconds=60)
    assert submit_page(other_browser, page, code=code_of(app)).headers["Location"] == "/account"
    assert _is_signed_in(other_browser)


def test_c6_18_step_two_is_not_skipped(
    idp: FlaskClient, other_browser: FlaskClient, widget_site: Site, anna: Volunteer
) -> None:
    """With the password alone no later address is within reach, and there is no session cookie."""
    anna.enter(idp)
    add_app(idp)
    page = widget_site.authorize(other_browser)
    visit = page.request.args["visit"]
    page = submit_page(other_browser, page, login=anna.email, password=anna.password)
    assert page.headers["Location"] == f"/factor?visit={visit}"
    assert other_browser.get_cookie("__Host-session", domain="id.igrajdanin.test") is None
    assert other_browser.get("/account").status_code == 303
    assert other_browser.get(f"/consent?visit={visit}").status_code == 410
    resumed = other_browser.get(f"/authorize/resume?visit={visit}")
    assert resumed.headers["Location"].startswith("/signin")
    assert other_browser.get("/account/security/app").status_code == 401


def test_c6_18_waiting_sign_in_belongs_to_its_browser(
    idp: FlaskClient, other_browser: FlaskClient, anna: Volunteer, frozen: FrozenClock
) -> None:
    anna.enter(idp)
    app, _ = add_app(idp)
    frozen.tick(seconds=60)
    page = follow(other_browser, anna.sign_in(other_browser))
    thief = new_browser(idp)
    hidden = form_of(thief.get("/signin")).hidden
    assert thief.post("/factor", data={**hidden, "code": code_of(app)}).status_code == 410
    frozen.tick(seconds=601)
    assert submit_page(other_browser, page, code=code_of(app)).status_code == 410


def test_c6_18_used_code_is_refused(
    idp: FlaskClient, other_browser: FlaskClient, anna: Volunteer, frozen: FrozenClock
) -> None:
    """Neither the code that set the app up, nor one that signed in, nor an older one is good again."""
    anna.enter(idp)
    app, _ = add_app(idp)
    page = follow(other_browser, anna.sign_in(other_browser))
    assert submit_page(other_browser, page, code=code_of(app)).status_code == 422
    frozen.tick(seconds=60)
    assert submit_page(other_browser, page, code=code_of(app)).status_code == 303
    third = new_browser(idp)
    page = follow(third, anna.sign_in(third))
    assert submit_page(third, page, code=code_of(app)).status_code == 422
    assert submit_page(third, page, code=code_of(app, later=-1)).status_code == 422
    assert submit_page(third, page, code=code_of(app, later=1)).status_code == 303


def test_c6_18_guessing_is_slowed_and_the_owner_not_locked_out(
    idp: FlaskClient, other_browser: FlaskClient, anna: Volunteer, frozen: FrozenClock,
    drain: Drain, outgoing: list[Any],
) -> None:  # fmt: skip
    """The owner hears of it, comes in by a code from paper at once, and by the app after a while."""
    anna.enter(idp)
    app, codes = add_app(idp)
    drain()
    outgoing.clear()
    frozen.tick(seconds=60)
    page = follow(other_browser, anna.sign_in(other_browser))
    tries = [submit_page(other_browser, page, code="000000").status_code for _ in range(7)]
    assert tries == [422] * 5 + [429] * 2
    right = submit_page(other_browser, page, code=code_of(app))
    assert right.status_code == 429
    assert int(right.headers["Retry-After"]) <= 900
    drain()
    assert [letter.to for letter in outgoing] == [anna.email]
    assert submit(other_browser, "/factor/paper", code=codes[0]).status_code == 303
    frozen.tick(seconds=900)
    third = new_browser(idp)
    page = follow(third, anna.sign_in(third))
    assert submit_page(third, page, code=code_of(app)).status_code == 303


def test_c6_18_guessing_from_many_addresses_is_counted_by_account(
    idp_app: Flask, floor: Floor, anna: Volunteer
) -> None:
    now = clock.now()
    with floor.db.writing() as session:
        waits = [count_try(session, anna.sub, f"10.0.0.{n}", "app", now=now) for n in range(21)]
    assert [wait is None for wait in waits] == [True] * 20 + [False]


def test_c6_18_recovery_code_works_once(
    idp: FlaskClient, anna: Volunteer, drain: Drain, outgoing: list[Any]
) -> None:
    anna.enter(idp)
    _, codes = add_app(idp)
    drain()
    outgoing.clear()
    statuses = []
    for _ in range(2):
        browser = new_browser(idp)
        follow(browser, anna.sign_in(browser))
        statuses.append(submit(browser, "/factor/paper", code=codes[3].lower().replace("-", " ")).status_code)
    assert statuses == [303, 422]
    drain()
    assert [letter.to for letter in outgoing] == [anna.email]
    assert ">Осталось 9 кодов" in idp.get("/account/security").text


def test_new_recovery_codes_kill_the_old(idp: FlaskClient, anna: Volunteer) -> None:
    anna.enter(idp)
    _, old = add_app(idp)
    hidden = form_of(idp.get("/account/security")).hidden
    new = codes_of(idp.post("/account/security/codes", data=hidden))
    assert not set(old) & set(new)
    browser = new_browser(idp)
    follow(browser, anna.sign_in(browser))
    assert submit(browser, "/factor/paper", code=old[0]).status_code == 422
    assert submit(browser, "/factor/paper", code=new[0]).status_code == 303


def test_c6_18_recovery_by_mail_still_asks_the_factor(
    idp: FlaskClient, other_browser: FlaskClient, anna: Volunteer, drain: Drain, outgoing: list[Any]
) -> None:
    """Also on a device that was remembered: a new password ends that."""
    anna.enter(idp)
    app, codes = add_app(idp)
    follow(other_browser, anna.sign_in(other_browser))
    page = other_browser.get("/factor")
    submit_page(other_browser, page, code=code_of(app, later=1), remember="yes")
    submit(other_browser, "/reset", login=anna.email)
    drain()
    link = next(w for w in outgoing[-1].text.split() if "/reset/" in w).removeprefix(
        "https://id.igrajdanin.test"
    )
    page = follow(other_browser, submit(other_browser, link, password=PASSWORD))
    assert 'id="factor"' in page.text
    assert not _is_signed_in(other_browser)
    assert submit(other_browser, "/factor/paper", code=codes[0]).status_code == 303
    assert _is_signed_in(other_browser)


def test_remembered_device_is_not_asked_for_thirty_days(
    idp: FlaskClient, other_browser: FlaskClient, anna: Volunteer, frozen: FrozenClock
) -> None:
    anna.enter(idp)
    app, _ = add_app(idp)
    page = follow(other_browser, anna.sign_in(other_browser))
    submit_page(other_browser, page, code=code_of(app, later=1), remember="yes")
    submit(other_browser, "/logout")
    frozen.tick(days=29)
    assert anna.sign_in(other_browser).headers["Location"] == "/account"
    submit(other_browser, "/logout")
    frozen.tick(days=2)
    assert anna.sign_in(other_browser).headers["Location"] == "/factor"


def test_c6_18_remembering_cookie_moved_to_another_account_is_worthless(
    idp: FlaskClient, other_browser: FlaskClient, floor: Floor, anna: Volunteer
) -> None:
    boris = add_person(floor, "boris@example.ru")
    boris.enter(idp)
    add_app(idp)
    anna.enter(other_browser)
    app, _ = add_app(other_browser)
    thief = new_browser(idp)
    page = follow(thief, anna.sign_in(thief))
    submit_page(thief, page, code=code_of(app, later=1), remember="yes")
    submit(thief, "/logout")
    assert boris.sign_in(thief).headers["Location"] == "/factor"


def test_forgotten_device_is_asked_again(
    idp: FlaskClient, other_browser: FlaskClient, anna: Volunteer
) -> None:
    anna.enter(idp)
    app, _ = add_app(idp)
    page = follow(other_browser, anna.sign_in(other_browser))
    submit_page(other_browser, page, code=code_of(app, later=1), remember="yes")
    page = idp.get("/account/security")
    device = page.text.split('name="device" value="')[1].split('"')[0]
    idp.post("/account/security/devices/forget", data={**form_of(page).hidden, "device": device})
    submit(other_browser, "/logout")
    assert anna.sign_in(other_browser).headers["Location"] == "/factor"


def test_new_password_forgets_remembered_devices(
    idp: FlaskClient, other_browser: FlaskClient, anna: Volunteer
) -> None:
    anna.enter(idp)
    app, _ = add_app(idp)
    page = follow(other_browser, anna.sign_in(other_browser))
    submit_page(other_browser, page, code=code_of(app, later=1), remember="yes")
    new = "другие пять несвязанных слов 77"
    sent = {**form_of(idp.get("/account/password")).hidden, "old_password": anna.password, "password": new}
    assert idp.post("/account/password", data=sent).status_code == 303
    again = submit(other_browser, "/signin", login=anna.email, password=new)
    assert again.headers["Location"] == "/factor"


def test_high_level_is_told_after_step_up_alone(
    idp: FlaskClient, other_browser: FlaskClient, floor: Floor, widget_site: Site, anna: Volunteer
) -> None:
    """RFC 9470: the cookie changes, the session's id stays, and `sid` with it (spec C6.1)."""
    with floor.db.writing() as session:
        set_level(session, anna.sub, "L2", how="in person", now=clock.now())
    anna.enter(idp)
    app, _ = add_app(idp)
    page = follow(other_browser, anna.sign_in(other_browser))
    submit_page(other_browser, page, code=code_of(app, later=1), remember="yes")
    submit(other_browser, "/logout")
    weak = _claims(widget_site.connect(other_browser, anna)["id_token"])
    assert (weak["acr"], weak["amr"]) == ("L1", ["pwd"])
    cookie = other_browser.get_cookie("__Host-session", domain="id.igrajdanin.test")
    silent = widget_site.connect(other_browser, anna, acr_values="L2", prompt="none")
    assert _claims(silent["id_token"])["acr"] == "L1"
    page = widget_site.authorize(other_browser, acr_values="L2")
    assert 'id="factor"' in page.text
    with floor.db.writing() as session:
        session.execute(sa.update(Totp).values(last_step=0))
    done = follow(other_browser, submit_page(other_browser, page, code=code_of(app)))
    strong = _claims(widget_site.redeem(other_browser, answer(done)["code"]).get_json()["id_token"])
    assert (strong["acr"], strong["amr"]) == ("L2", ["pwd", "otp", "mfa"])
    assert strong["sid"] == weak["sid"]
    assert other_browser.get_cookie("__Host-session", domain="id.igrajdanin.test") != cookie


def test_c3_5_database_holds_no_seed_and_no_code(idp: FlaskClient, floor: Floor, anna: Volunteer) -> None:
    anna.enter(idp)
    app, codes = add_app(idp)
    with floor.db.reading() as session:
        rows = [
            dict(row)
            for table in (Totp, RecoveryCode, RememberedDevice)
            for row in session.execute(sa.select(table.__table__)).mappings()
        ]
    assert len(rows) == 11
    assert not [secret for secret in (app.secret, *codes) if secret in str(rows)]


def test_change_of_factors_wants_a_recent_sign_in(
    idp: FlaskClient, anna: Volunteer, frozen: FrozenClock
) -> None:
    anna.enter(idp)
    frozen.tick(seconds=601)
    page = follow(idp, idp.get("/account/security/app"))
    assert 'id="confirm"' in page.text
    assert submit_page(idp, page, password="wrong").status_code == 422
    page = follow(idp, submit_page(idp, page, password=anna.password))
    assert 'id="app-form"' in page.text


def test_c6_18_remembered_device_alone_takes_no_factor_away(
    idp: FlaskClient, other_browser: FlaskClient, anna: Volunteer
) -> None:
    anna.enter(idp)
    app, _ = add_app(idp)
    page = follow(other_browser, anna.sign_in(other_browser))
    submit_page(other_browser, page, code=code_of(app, later=1), remember="yes")
    submit(other_browser, "/logout")
    anna.enter(other_browser)
    hidden = form_of(other_browser.get("/account/security")).hidden
    refused = other_browser.post("/account/security/app/remove", data=hidden)
    assert refused.headers["Location"] == "/factor"


def test_owner_is_told_of_every_change(
    idp: FlaskClient, anna: Volunteer, drain: Drain, outgoing: list[Any]
) -> None:
    anna.enter(idp)
    add_app(idp)
    hidden = form_of(idp.get("/account/security")).hidden
    assert idp.post("/account/security/app/remove", data=hidden).status_code == 303
    assert 'id="app-on"' not in idp.get("/account/security").text
    drain()
    assert {letter.to for letter in outgoing} == {anna.email}
    assert len({letter.subject for letter in outgoing}) == 3
    assert anna.sign_in(new_browser(idp)).headers["Location"] == "/account"


def test_draft_of_another_person_is_not_taken(
    idp: FlaskClient, other_browser: FlaskClient, floor: Floor, anna: Volunteer
) -> None:
    """An attacker's seed, planted in the form, would make a second key to the account."""
    boris = add_person(floor, "boris@example.ru")
    boris.enter(other_browser)
    foreign = other_browser.get("/account/security/app")
    anna.enter(idp)
    page = idp.get("/account/security/app")
    draft = form_of(foreign).hidden["draft"]
    submit_page(idp, page, draft=draft, code="000000")
    assert form_of(submit_page(idp, page, draft=draft, code="000000")).hidden["draft"] != draft


def test_c6_18_one_code_in_eight_hands_passes_once(
    idp: FlaskClient, idp_app: Flask, floor: Floor, anna: Volunteer
) -> None:
    """Neither a code of the app nor one from paper is good for two who come at the same moment."""
    anna.enter(idp)
    app, codes = add_app(idp)
    code, now = code_of(app, later=1), clock.now()

    def use(check: Callable[..., bool], typed: str) -> bool:
        with idp_app.app_context(), floor.db.writing() as session:
            return check(session, anna.sub, typed, floor=floor, now=now)

    with ThreadPoolExecutor(8) as pool:
        by_app = list(pool.map(lambda _: use(use_totp, code), range(8)))
        by_paper = list(pool.map(lambda _: use(use_recovery_code, codes[0]), range(8)))
    assert (by_app.count(True), by_paper.count(True)) == (1, 1)
