"""Every answer carries the headers of its surface, errors too, and says nothing of our insides."""

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from tests.idp.kernel.web.conftest import HOME, SECRET_CAUSE, Home, make_stage

EVERYWHERE = ("X-Content-Type-Options", "Referrer-Policy", "Content-Security-Policy", "Cache-Control")
ANSWERS = {
    "/page": 200, "/popup": 200, "/frame?by=https://a.test": 200, "/capability": 200,
    "/page/boom/x": 500, "/popup/boom/x": 500, "/frame/boom/x": 500, "/capability/boom/x": 500,
    "/page/gone": 410, "/frame/gone": 410, "/nowhere": 404, "/api/v1/nowhere": 404, "/api/v1/peer": 200,
    "/api/v1/boom": 500, "/api/v1/invalid": 422, "/assets/nothing.js": 404, "/healthz": 200,
}  # fmt: skip


@pytest.mark.parametrize(("path", "status"), ANSWERS.items())
def test_every_answer_has_its_headers(browser: FlaskClient, path: str, status: int) -> None:
    answer = browser.get(path)
    assert answer.status_code == status
    assert [h for h in EVERYWHERE if h not in answer.headers] == []
    assert answer.headers["Strict-Transport-Security"].startswith("max-age=63072000")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "unsafe-inline" not in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["/page", "/popup", "/capability", "/nowhere", "/api/v1/peer", "/healthz"])
def test_clickjacking_is_refused_by_default(browser: FlaskClient, path: str) -> None:
    assert "frame-ancestors 'none'" in browser.get(path).headers["Content-Security-Policy"]


def test_frame_names_its_partner_exactly(browser: FlaskClient) -> None:
    policy = browser.get("/frame?by=https://a.test&by=https://b.test").headers["Content-Security-Policy"]
    assert policy.endswith("frame-ancestors https://a.test https://b.test")


def test_one_answer_leaves_nothing_for_the_next(browser: FlaskClient) -> None:
    browser.get("/frame?by=https://a.test")
    assert "frame-ancestors 'none'" in browser.get("/frame").headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("path", "opener"),
    [("/page", "same-origin"), ("/capability", "same-origin"), ("/popup", None), ("/frame", None)],
)
def test_popup_chain_keeps_its_opener(browser: FlaskClient, path: str, opener: str | None) -> None:
    assert browser.get(path).headers.get("Cross-Origin-Opener-Policy") == opener


@pytest.mark.parametrize(("path", "vary"), [("/page", True), ("/popup", True), ("/frame", False)])
def test_pages_with_cookies_vary(browser: FlaskClient, path: str, vary: bool) -> None:
    assert ("Cookie" in browser.get(path).headers.get("Vary", "")) is vary


def test_frame_may_use_camera_and_place(browser: FlaskClient) -> None:
    assert "camera=(self), geolocation=(self)" in browser.get("/frame").headers["Permissions-Policy"]
    assert "camera=()" in browser.get("/page").headers["Permissions-Policy"]


@pytest.mark.parametrize("path", ["/page/boom/x", "/frame/boom/x", "/api/v1/boom"])
def test_our_mistake_shows_no_cause(browser: FlaskClient, path: str) -> None:
    text = browser.get(path).get_data(as_text=True)
    assert not [word for word in (SECRET_CAUSE, "Traceback", "RuntimeError", ".py") if word in text]


def test_no_version_is_told(browser: FlaskClient) -> None:
    answers = [browser.get("/page"), browser.get("/nowhere"), browser.get("/healthz")]
    assert [a.headers.get("Server", "") + a.headers.get("X-Powered-By", "") for a in answers] == ["", "", ""]


def test_plain_http_promises_no_https(browser: FlaskClient) -> None:
    answer = browser.get("/page", base_url="http://stage.test")
    assert "Strict-Transport-Security" not in answer.headers


@pytest.mark.parametrize(
    "host", ["evil.test", "evil.test:443", "stage.test.evil.test", "", "stage.test@evil.test"]
)
def test_unknown_host_is_refused(browser: FlaskClient, host: str) -> None:
    assert browser.get("/page", headers={"Host": host}).status_code == 400


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_refused_host_is_not_echoed(browser: FlaskClient, method: str) -> None:
    answer = browser.open(
        "/page", method=method, headers={"Host": "evil.test", "Origin": "https://evil.test"}
    )
    assert answer.status_code == 400
    assert "evil.test" not in answer.get_data(as_text=True) + str(answer.headers)


@pytest.mark.parametrize("name", ["X-Forwarded-Host", "X-Original-Host", "Forwarded", "X-Host"])
def test_forwarded_host_changes_nothing(browser: FlaskClient, name: str) -> None:
    value = "host=evil.test" if name == "Forwarded" else "evil.test"
    answer = browser.get("/page", headers={name: value})
    assert "evil.test" not in answer.get_data(as_text=True) + str(answer.headers)


def test_forwarded_host_is_ignored_behind_a_proxy(tmp_path: Path) -> None:
    behind = Home(make_stage(tmp_path, trusted_proxies=1))
    answer = behind.get("/page", headers={"X-Forwarded-Host": "evil.test", "X-Forwarded-Proto": "https"})
    assert answer.status_code == 200
    assert "evil.test" not in str(answer.headers)


def test_known_host_on_any_port_is_served(browser: FlaskClient) -> None:
    assert browser.get("/page", base_url=HOME + ":8443").status_code == 200
