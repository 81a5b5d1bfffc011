"""A fault is a page for people and a problem document for programs, each with its code and request id."""

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient
from structlog.testing import capture_logs


def test_problem_has_the_members_of_rfc_9457(browser: FlaskClient) -> None:
    answer = browser.get("/api/v1/invalid?lang=en")
    body = answer.get_json()
    assert answer.mimetype == "application/problem+json"
    assert (body["type"], body["code"]) == ("urn:igrajdanin:problem:invalid-request", "invalid-request")
    assert (body["status"], body["title"]) == (422, "Please check what you entered")
    assert body["request_id"] == answer.headers["X-Request-Id"]


def test_problem_lists_all_fields_at_once(browser: FlaskClient) -> None:
    errors = browser.get("/api/v1/invalid").get_json()["errors"]
    assert errors == [
        {"field": "name", "message": "Войдите"},
        {"field": "age", "message": "Войдите"},
    ]


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        (None, "text/html"),
        ("*/*", "text/html"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "text/html"),
        ("application/json", "application/problem+json"),
        ("application/problem+json", "application/problem+json"),
        ("text/html;q=0.1, application/json", "application/problem+json"),
        ("image/png", "text/html"),
        ("nonsense;;q=x", "text/html"),
    ],
)
def test_page_or_problem_by_what_is_accepted(browser: FlaskClient, accept: str | None, kind: str) -> None:
    headers = {"Accept": accept} if accept else {}
    assert browser.get("/nowhere", headers=headers).mimetype == kind


@pytest.mark.parametrize("path", ["/api/v1/nowhere", "/api/v1/", "/assets/x.js"])
def test_program_is_answered_as_a_program(browser: FlaskClient, path: str) -> None:
    answer = browser.get(path, headers={"Accept": "text/html"})
    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")


def test_wrong_method_at_the_api_is_a_problem(browser: FlaskClient) -> None:
    answer = browser.delete("/api/v1/peer")
    assert (answer.status_code, answer.mimetype) == (405, "application/problem+json")
    assert answer.headers["Allow"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "BREW"])
def test_unknown_method_is_refused_as_such(browser: FlaskClient, method: str) -> None:
    answer = browser.open("/page", method=method)
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD, OPTIONS, POST")


def test_post_to_nowhere_is_not_found(browser: FlaskClient) -> None:
    assert browser.post("/nowhere").status_code == 404


@pytest.mark.parametrize("path", ["/page", "/popup", "/api/v1/bytes"])
def test_multipart_bomb_is_too_large(browser: FlaskClient, path: str) -> None:
    fields = {f"f{n}": "x" for n in range(300)}
    answer = browser.post(path, data=fields, content_type="multipart/form-data")
    assert answer.status_code == 413
    assert "too-large" in answer.get_data(as_text=True)


def test_declared_length_beyond_limit_is_refused(browser: FlaskClient) -> None:
    declared = {"CONTENT_LENGTH": str(31 * 1024 * 1024)}
    answer = browser.post("/api/v1/bytes", data={"a": "1"}, environ_overrides=declared)
    assert answer.status_code == 413


def test_failure_after_the_route_is_our_mistake(
    browser: FlaskClient, stage: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(response: Response) -> Response:
        monkeypatch.undo()
        raise RuntimeError

    monkeypatch.setitem(stage.after_request_funcs, None, [*stage.after_request_funcs[None], fail])
    assert browser.get("/api/v1/peer").status_code == 500


def test_wait_is_told_in_seconds(browser: FlaskClient) -> None:
    answer = browser.get("/api/v1/wait")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")


def test_page_shows_code_and_request_id(browser: FlaskClient) -> None:
    answer = browser.get("/page/gone")
    text = answer.get_data(as_text=True)
    assert 'data-code="expired"' in text
    assert answer.headers["X-Request-Id"] in text


def test_reflected_path_cannot_script(browser: FlaskClient) -> None:
    assert "<script>alert" not in browser.get("/<script>alert(1)</script>").get_data(as_text=True)


def test_cause_of_our_mistake_is_logged(browser: FlaskClient) -> None:
    with capture_logs() as lines:
        browser.get("/page/boom/x")
    assert [line["event"] for line in lines if line["log_level"] == "error"] == ["unforeseen"]


def test_health_tells_nothing_more(browser: FlaskClient, stage: Flask) -> None:
    assert browser.get("/healthz").get_json() == {"status": "ready"}
