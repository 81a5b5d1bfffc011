"""Log lines name routes, never what their addresses, forms, cookies and errors held."""

import io
import json
import sys
from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa
import structlog
from flask import Flask, Response
from flask.testing import FlaskClient
from structlog.testing import capture_logs

from idp.kernel.web.logs import configure_logs
from idp.kernel.work.floor import Floor

PRIVATE = "vera@example.org"


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], str]]:
    """What the log wrote so far, as JSON lines."""
    paper = io.StringIO()
    monkeypatch.setattr(sys, "stderr", paper)
    configure_logs("json")
    yield paper.getvalue
    monkeypatch.undo()
    configure_logs("json")


def test_line_names_the_rule_not_the_path(browser: FlaskClient) -> None:
    with capture_logs() as lines:
        browser.get("/page/boom/capability-of-vera?key=token-of-vera")
    assert lines[-1]["rule"] == "/page/boom/<secret>"
    assert "of-vera" not in json.dumps(lines, default=str)


@pytest.mark.parametrize("path", ["/page", "/nowhere/capability", "/api/v1/invalid"])
def test_line_holds_nothing_of_a_person(browser: FlaskClient, path: str) -> None:
    browser.set_cookie("__Host-form", "cookie-of-vera", domain="stage.test", secure=True)
    with capture_logs() as lines:
        browser.post(path, data={"email": PRIVATE, "csrf_token": PRIVATE}, query_string={"email": PRIVATE})
    text = json.dumps(lines, default=str)
    assert lines
    assert not [secret for secret in (PRIVATE, "cookie-of-vera", "capability", "127.0.0.1") if secret in text]


def test_line_carries_the_answers_id(browser: FlaskClient, written: Callable[[], str]) -> None:
    answer = browser.get("/healthz")
    line = json.loads(written().splitlines()[-1])
    assert (line["request_id"], line["status"]) == (answer.headers["X-Request-Id"], 200)


def test_each_request_has_an_id_of_its_own(browser: FlaskClient) -> None:
    sent = "chosen-by-the-asker"
    ids = [browser.get("/healthz", headers={"X-Request-Id": sent}).headers["X-Request-Id"] for _ in range(3)]
    assert len({*ids, sent}) == 4


def test_line_break_in_a_request_stays_one_line(browser: FlaskClient, written: Callable[[], str]) -> None:
    browser.open("/x%0a%7B%22event%22:%22forged%22%7D", method="GET")
    assert "forged" not in written()


def test_error_of_the_database_hides_its_values(floor: Floor, written: Callable[[], str]) -> None:
    row = {"key_digest": PRIVATE, "hits": None, "ends_at": None}
    with pytest.raises(sa.exc.IntegrityError) as caught, floor.db.writing() as session:
        session.execute(sa.insert(floor.db.metadata.tables["guard_counter"]).values(**row))
    try:
        raise caught.value
    except sa.exc.IntegrityError:
        structlog.get_logger("test").exception("failed")
    text = written()
    assert "IntegrityError" in text
    assert PRIVATE not in text


@pytest.mark.parametrize("log_format", ["json", "lines"])
def test_both_formats_write(
    log_format: str, written: Callable[[], str], capsys: pytest.CaptureFixture[str]
) -> None:
    configure_logs(log_format)
    structlog.get_logger("test").info("hello")
    assert "hello" in capsys.readouterr().err


def test_cause_is_named_without_its_words(written: Callable[[], str]) -> None:
    try:
        _fail()
    except LookupError:
        structlog.get_logger("test").exception("failed")
    exception = json.loads(written())["exception"]
    assert PRIVATE not in exception
    assert exception.index("ValueError") < exception.index("LookupError")
    assert "_fail" in exception


def test_failure_after_the_route_names_no_path(
    browser: FlaskClient, stage: Flask, written: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_response: Response) -> Response:
        raise RuntimeError(PRIVATE)

    monkeypatch.setitem(stage.after_request_funcs, None, [fail])
    assert browser.get("/nowhere/capability").status_code == 500
    text = written()
    assert "RuntimeError" in text
    assert not [secret for secret in (PRIVATE, "capability") if secret in text]


def _fail() -> None:
    try:
        float(PRIVATE)
    except ValueError as error:
        raise LookupError(PRIVATE) from error
