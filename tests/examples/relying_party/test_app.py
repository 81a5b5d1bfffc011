import pytest
from flask.testing import FlaskClient

from examples.relying_party.app import create_app


@pytest.fixture
def kniga() -> FlaskClient:
    values = {
        "SECRET_KEY": "only-for-tests",
        "SITE_URL": "http://kniga.localhost",
        "ISSUER": "http://id.igrajdanin.localhost",
        "CLIENT_ID": "kniga",
        "CLIENT_SECRET": "secret",
    }
    return create_app(values).test_client()


def test_stranger_is_asked_in(kniga):
    page = kniga.get("/")
    assert 'href="/login"' in page.text
    assert "form-action 'self' http://id.igrajdanin.localhost" in page.headers["Content-Security-Policy"]


def test_refusal_is_said_kindly(kniga):
    assert kniga.get("/callback?error=access_denied").location == "/"
    assert "Вы не вошли" in kniga.get("/").text


def test_answer_that_nobody_asked_for(kniga):
    """Login CSRF: a code that a foreign page brings belongs to no sign-in of this browser."""
    assert kniga.get("/callback?code=stolen&state=unknown").location == "/"
    assert 'href="/login"' in kniga.get("/").text


def test_nobody_signs_out_quietly(kniga):
    assert kniga.post("/logout").location == "/"
    assert kniga.post("/refresh").location == "/"
    assert kniga.get("/signed-out?state=x").location == "/"


def test_health_is_json(kniga):
    assert kniga.get("/healthz").get_json() == {"status": "ready"}
