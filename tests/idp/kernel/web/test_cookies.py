"""Our cookies are set, read and taken back under one prefix with one set of flags."""

from flask import Flask, Response

from idp.kernel.web.cookies import drop_host_cookie, host_cookie, set_host_cookie
from tests.idp.kernel.web.conftest import HOME

FLAGS = {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"}


def test_cookie_without_a_life_ends_with_the_browser() -> None:
    response = Response()
    set_host_cookie(response, "visit", "v", max_age_seconds=None)
    assert set(response.headers["Set-Cookie"].split("; ")) == {"__Host-visit=v", *FLAGS}


def test_dropped_cookie_keeps_the_flags() -> None:
    response = Response()
    drop_host_cookie(response, "visit")
    cookie = response.headers["Set-Cookie"]
    assert set(cookie.split("; ")) > {"__Host-visit=", "Max-Age=0", *FLAGS}


def test_cookie_without_the_prefix_is_not_ours(stage: Flask) -> None:
    with stage.test_request_context("/", base_url=HOME, headers={"Cookie": "visit=planted"}):
        assert host_cookie("visit") is None
