import re

import pytest
from flask.testing import FlaskClient

from examples.gorod.app import create_app

WIDGET = "http://widget.igrajdanin.localhost:8000"


@pytest.fixture
def gorod() -> FlaskClient:
    return create_app({"WIDGET_URL": WIDGET, "PARTNER_KEY": "gorod"}).test_client()


@pytest.mark.parametrize("path", ["/", "/index.html"])
def test_page_has_a_frame_and_no_script(gorod, path):
    page = gorod.get(path).text
    assert f'src="{WIDGET}/w/gorod?lang=ru"' in page
    assert "<script" not in page
    assert not re.search(r"\son\w+=|\sstyle=", page)


def test_policy_in_the_page_is_strict(gorod):
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', gorod.get("/").text)
    assert policy
    assert policy[1].startswith("default-src 'none'")
    assert f"frame-src {WIDGET};" in policy[1]


def test_style_sheet_is_served(gorod):
    answer = gorod.get("/gorod.css")
    assert answer.mimetype == "text/css"
    answer.close()


def test_health_is_json(gorod):
    assert gorod.get("/healthz").get_json() == {"status": "ready"}
