"""What a partner's page and a stranger's page see of the frame."""

import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from idp.kernel.work.floor import Floor
from tests.widget_server.partners.conftest import ORIGINS
from widget_server.partners.service import switch_partner


def ancestors(answer: Any) -> str:
    found = re.search(r"frame-ancestors ([^;]+)", answer.headers["Content-Security-Policy"])
    assert found
    return found.group(1)


def seen(answer: Any) -> tuple[int, str, dict[str, str]]:
    """All that an observer can compare, without the request's own id and its own address."""
    headers = {name: value for name, value in answer.headers if name != "X-Request-Id"}
    return answer.status_code, answer.text.replace(answer.request.path, "/w/…"), headers


@pytest.mark.parametrize("referer", [None, "https://dobro.test/page", "https://DOBRO.test:443/"])
def test_frame_names_exactly_the_partners_origins(
    widget: FlaskClient, partner: str, referer: str | None
) -> None:
    answer = widget.get(f"/w/{partner}", headers={"Referer": referer} if referer else {})
    assert (answer.status_code, ancestors(answer)) == (200, " ".join(ORIGINS))


def test_every_reason_gives_the_same_page(widget: FlaskClient, partner: str, floor: Floor) -> None:
    wrong = seen(widget.get(f"/w/{partner}", headers={"Referer": "https://evil.test/"}))
    unknown = seen(widget.get("/w/dobry", headers={"Referer": "https://evil.test/"}))
    with floor.db.writing() as session:
        switch_partner(session, partner, is_enabled=False)
    disabled = seen(widget.get(f"/w/{partner}", headers={"Referer": "https://dobro.test/"}))
    assert wrong == unknown == disabled
    assert wrong[0] == 403


def test_diagnosis_shows_nothing_of_the_asker(widget: FlaskClient, partner: str) -> None:
    answer = widget.get("/w/nobody", headers={"Referer": "https://evil.test/secret-page"})
    assert "secret" not in answer.get_data(as_text=True)


def test_diagnosis_can_be_seen_where_it_is_needed(widget: FlaskClient) -> None:
    assert ancestors(widget.get("/w/nobody")) == "*"


@pytest.mark.parametrize(
    "referer", ["https://dobro.test.evil.test/", "https://dobro.test@evil.test/", "http://dobro.test"]
)
def test_lookalike_page_gets_the_diagnosis(widget: FlaskClient, partner: str, referer: str) -> None:
    assert widget.get(f"/w/{partner}", headers={"Referer": referer}).status_code == 403


@pytest.mark.parametrize("key", ["%00", "dobro%00", "'", "..", "a" * 3000, "%ff"])
def test_noise_for_a_key_is_answered_plainly(widget: FlaskClient, partner: str, key: str) -> None:
    assert widget.get(f"/w/{key}").status_code in (403, 404)
