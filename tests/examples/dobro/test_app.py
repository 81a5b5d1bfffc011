import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from examples.dobro.app import create_app

CHROME = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/156.0 Safari/537.36"
SAFARI = "Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 Safari/605.1.15"


@pytest.fixture
def dobro(tmp_path: Path) -> FlaskClient:
    values = {
        "SECRET_KEY": "only-for-tests",
        "DATA_DIR": str(tmp_path),
        "WIDGET_URL": "http://widget.igrajdanin.localhost:8000",
        "PARTNER_KEY": "dobro",
        "DEMO_PASSWORD": "sosna-most-1234",
    }
    return create_app(values).test_client()


def test_pages_carry_the_frame(dobro):
    for path in ("/report", "/projects/dvory"):
        page = dobro.get(path).text
        frame = re.search(r"<iframe[^>]*>", page)
        assert frame
        assert 'src="http://widget.igrajdanin.localhost:8000/w/dobro?lang=ru"' in frame[0]
        assert 'title="Сообщить о проблеме"' in frame[0]
        assert 'loading="lazy"' in frame[0]


def test_policy_lets_only_the_window_in(dobro):
    policy = dobro.get("/").headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-src http://widget.igrajdanin.localhost:8000;" in policy
    assert "unsafe" not in policy


def test_volunteer_logs_in_and_out(dobro):
    answer = dobro.post("/login", data={"login": " Lena ", "password": "sosna-most-1234"})
    assert answer.status_code == 302
    assert "Елена Соколова" in dobro.get("/").text
    dobro.post("/logout")
    assert "Елена Соколова" not in dobro.get("/").text


def test_wrong_password_is_said(dobro):
    answer = dobro.post("/login", data={"login": "lena", "password": "wrong"})
    assert answer.status_code == 422
    assert "не подходят" in answer.text


def test_unknown_login_reads_the_same(dobro):
    known = dobro.post("/login", data={"login": "lena", "password": "wrong"}).text
    unknown = dobro.post("/login", data={"login": "nobody", "password": "wrong"}).text
    assert known.replace("lena", "") == unknown.replace("nobody", "")


def test_login_from_a_foreign_page(dobro):
    data = {"login": "lena", "password": "sosna-most-1234"}
    assert dobro.post("/login", data=data, headers={"Origin": "https://evil.example"}).status_code == 403


def test_unknown_project_is_not_found(dobro):
    assert dobro.get("/projects/nothing").status_code == 404


@pytest.mark.parametrize(("agent", "scheme", "is_warned"), [
    (SAFARI, "http", True),
    (SAFARI, "https", False),
    (CHROME, "http", False),
])  # fmt: skip
def test_safari_is_told_about_tls(dobro, agent, scheme, is_warned):
    page = dobro.get("/", headers={"User-Agent": agent}, base_url=f"{scheme}://dobro.localhost").text
    assert ("TLS=1" in page) == is_warned


def test_health_is_json(dobro):
    assert dobro.get("/healthz").get_json() == {"status": "ready"}
