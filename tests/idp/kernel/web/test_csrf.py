"""A form is taken from the browser it was shown to, and from our own page only."""

import re
from pathlib import Path

import pytest
from flask import Flask, session
from flask.testing import FlaskClient

from idp.kernel.web.csrf import COOKIE, csrf_token, renew_csrf_cookie
from tests.idp.kernel.web.conftest import HOME, Home, make_stage


def token_of(browser: FlaskClient, path: str = "/page") -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', browser.get(path).get_data(as_text=True))
    assert found
    return found.group(1)


def send(browser: FlaskClient, token: str | None, path: str = "/page", **headers: str) -> int:
    data = {"csrf_token": token} if token is not None else {}
    return browser.post(path, data=data, headers=headers).status_code


@pytest.mark.parametrize("path", ["/page", "/popup"])
def test_own_form_is_taken(browser: FlaskClient, path: str) -> None:
    assert send(browser, token_of(browser, path), path) == 200


@pytest.mark.parametrize("token", [None, "", "x", "0" * 64, "жетон"])
def test_form_with_forged_token_is_refused(browser: FlaskClient, token: str | None) -> None:
    token_of(browser)
    assert send(browser, token) == 403


def test_token_of_another_browser_is_refused(browser: FlaskClient, stage: Flask) -> None:
    foreign = token_of(Home(stage, use_cookies=True))
    token_of(browser)
    assert send(browser, foreign) == 403


def test_token_without_its_cookie_is_refused(browser: FlaskClient, stage: Flask) -> None:
    assert send(Home(stage, use_cookies=True), token_of(browser)) == 403


def test_token_in_the_address_is_refused(browser: FlaskClient) -> None:
    assert send(browser, None, f"/page?csrf_token={token_of(browser)}") == 403


@pytest.mark.parametrize(
    "origin",
    ["https://evil.test", "http://stage.test", HOME + ":8443", "https://stage.test.evil.test", "x://["],
)
def test_post_from_foreign_origin_is_refused(browser: FlaskClient, origin: str) -> None:
    assert send(browser, token_of(browser), Origin=origin) == 403


@pytest.mark.parametrize("origin", [HOME, "null"])
def test_post_from_own_origin_is_taken(browser: FlaskClient, origin: str) -> None:
    assert send(browser, token_of(browser), Origin=origin) == 200


@pytest.mark.parametrize(
    ("site", "status"),
    [("same-origin", 200), ("none", 200), ("same-site", 403), ("cross-site", 403)],
)
def test_browser_says_where_a_post_is_from(browser: FlaskClient, site: str, status: int) -> None:
    assert send(browser, token_of(browser), **{"Sec-Fetch-Site": site}) == status


def test_method_override_is_not_known(browser: FlaskClient) -> None:
    answer = browser.get("/page?_method=POST", headers={"X-HTTP-Method-Override": "POST"})
    assert answer.get_data(as_text=True) != "taken"


def test_frame_and_capability_need_no_cookie(browser: FlaskClient) -> None:
    assert [send(browser, None, path) for path in ("/frame", "/capability")] == [200, 200]


@pytest.mark.parametrize("path", ["/frame", "/capability", "/api/v1/peer", "/nowhere", "/healthz"])
def test_no_cookie_where_no_form_is(browser: FlaskClient, path: str) -> None:
    if path in ("/frame", "/capability"):
        path += "/gone"
    assert "Set-Cookie" not in browser.get(path).headers


def test_cookie_is_bound_and_hidden(browser: FlaskClient) -> None:
    cookie = browser.get("/page").headers["Set-Cookie"]
    name, *flags = cookie.split("; ")
    assert name.startswith("__Host-form=")
    assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/", "Max-Age=43200"} <= set(flags)
    assert "Domain" not in cookie


def test_each_form_gives_the_cookie_new_life(browser: FlaskClient) -> None:
    first, second = browser.get("/page"), browser.get("/page")
    assert second.headers["Set-Cookie"].partition(";")[0] == first.headers["Set-Cookie"].partition(";")[0]


def test_renewed_cookie_ends_earlier_tokens(stage: Flask) -> None:
    with stage.test_request_context("/page", base_url=HOME, headers={"Cookie": f"__Host-{COOKIE}=planted"}):
        before = csrf_token()
        renew_csrf_cookie()
        assert csrf_token() != before


def test_form_outlives_a_new_secret(tmp_path: Path) -> None:
    old, new = "o" * 40, "n" * 40
    before = Home(make_stage(tmp_path, secret_key=old), use_cookies=True)
    token = token_of(before)
    value = before.get_cookie(f"__Host-{COOKIE}", domain="stage.test")
    after = Home(make_stage(tmp_path, secret_key=new, secret_key_fallbacks=(old,)), use_cookies=True)
    assert value
    after.set_cookie(f"__Host-{COOKIE}", value.value, domain="stage.test", secure=True)
    assert send(after, token) == 200


def test_wrong_token_says_what_to_do(browser: FlaskClient) -> None:
    answer = browser.post("/page?lang=en", data={})
    assert "reload the page" in answer.get_data(as_text=True)


def test_framework_session_is_not_used(stage: Flask) -> None:
    with stage.test_request_context("/page", base_url=HOME):
        csrf_token()
        assert not session.modified
