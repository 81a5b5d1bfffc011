"""Pages behind links: what anybody sees of a problem, the button in the letter, the service's door."""

import re
from collections.abc import Callable
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from idp.kernel.ground import clock
from idp.kernel.ground.clock import FrozenClock
from idp.kernel.outside.mail import Mail
from idp.kernel.work.floor import Floor
from tests.widget_server.problems.conftest import File, guest, signed_in
from widget_server.problems import ClockRules
from widget_server.problems.commands import Receipt, Route
from widget_server.problems.links import confirm_path, service_path
from widget_server.problems.models import Problem, ServiceLink
from widget_server.problems.service import open_link

PERSONAL = ("Вера Орлова", "vera@example.org", "Анна Петрова", "anna@example.org")


@pytest.fixture(autouse=True)
def _stage(frozen: FrozenClock, services: None) -> None:
    """All happens at a stopped noon, among two services."""


@pytest.fixture
def door(floor: Floor) -> Callable[[Receipt], str]:
    """Give the path by which the service opens a report."""

    def go(receipt: Receipt) -> str:
        with floor.db.writing() as session:
            problem = session.get(Problem, receipt.problem_id)
            assert problem
            link = open_link(session, problem)
            session.flush()
            return service_path(floor.capabilities, link.id)

    return go


def _page(browser: FlaskClient, receipt: Receipt, query: str = "") -> str:
    answer = browser.get(f"/p/{receipt.number}{query}")
    assert answer.status_code == 200
    return answer.text


def _faults(answer: TestResponse) -> list[str]:
    return re.findall(r'class="field-error"', answer.text)


def test_public_page_shows_the_problem_and_nobody(widget: FlaskClient, file_report: File) -> None:
    text = _page(widget, file_report(contact=signed_in()))
    for shown in ("Яма у остановки", "ул. Ленина, 1", "Дорожная служба", "18 июня"):
        assert shown in text
    assert not [word for word in PERSONAL if word in text]


def test_name_is_shown_only_where_it_was_allowed(widget: FlaskClient, file_report: File) -> None:
    assert "Анна Петрова" in _page(widget, file_report(contact=signed_in(), is_name_public=True))
    waiting = file_report(contact=guest(), is_name_public=True)
    private = file_report(contact=signed_in(), is_name_public=True, is_public=False)
    for receipt in (waiting, private):
        assert not [word for word in PERSONAL if word in _page(widget, receipt)]


def test_unconfirmed_report_shows_its_state_alone(widget: FlaskClient, file_report: File) -> None:
    text = _page(widget, file_report())
    for hidden in ("Яма у остановки", "ул. Ленина", "38.75", *PERSONAL):
        assert hidden not in text


def test_private_report_shows_how_it_stands(widget: FlaskClient, file_report: File) -> None:
    text = _page(widget, file_report(contact=signed_in(), is_public=False))
    for hidden in ("Яма у остановки", "ул. Ленина", *PERSONAL):
        assert hidden not in text
    assert "Дорожная служба" in text


def test_public_page_speaks_both_languages(widget: FlaskClient, file_report: File) -> None:
    receipt = file_report(contact=signed_in())
    assert 'lang="ru"' in _page(widget, receipt)
    assert "Answer due" in _page(widget, receipt, "?lang=en")


def test_public_page_is_not_framed_and_not_cached(widget: FlaskClient, file_report: File) -> None:
    headers = widget.get(f"/p/{file_report(contact=signed_in()).number}").headers
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert (headers["Cache-Control"], headers["Referrer-Policy"]) == ("no-store", "no-referrer")


def test_letters_button_sends_the_report_once(
    widget: FlaskClient, floor: Floor, file_report: File, drain: Callable[[], int], outgoing: list[Mail]
) -> None:
    receipt = file_report()
    with floor.db.reading() as session:
        reporter = session.scalar(sa.select(Problem.reporter_id))
    assert reporter
    path = confirm_path(floor.capabilities, reporter)
    for _ in range(2):
        assert widget.get(path).status_code == 200
        assert widget.head(path).status_code == 200
    assert "не подтвер" in _page(widget, receipt)
    answers = [widget.post(path) for _ in range(3)]
    assert {answer.location for answer in answers} == {f"/p/{receipt.number}?confirmed=1"}
    drain()
    assert [mail.to for mail in outgoing].count("roads@city.example") == 1


def test_confirmation_of_another_is_not_found(widget: FlaskClient, floor: Floor, file_report: File) -> None:
    file_report()
    path = confirm_path(floor.capabilities, UUID(int=1))
    assert widget.post(path).status_code == 404


def test_service_works_through_its_door(
    widget: FlaskClient, file_report: File, door: Callable[[Receipt], str]
) -> None:
    receipt = file_report(contact=signed_in())
    path = door(receipt)
    text = widget.get(path).text
    for shown in ("Яма у остановки", "Анна Петрова", "anna@example.org"):
        assert shown in text
    assert widget.post(path, data={"action": "take"}).status_code == 303
    assert widget.post(path, data={"action": "take"}).status_code == 303, "a double tap"
    assert widget.post(path, data={"action": "refuse", "text": "Не наше"}).status_code == 303
    assert "Не наше" in _page(widget, receipt)
    assert widget.post(path, data={"action": "take"}).status_code == 409
    assert "<textarea" not in widget.get(path).text


@pytest.mark.parametrize("action", ["answer", "fix", "refuse"])
def test_answer_without_words_is_asked_for(
    widget: FlaskClient, file_report: File, door: Callable[[Receipt], str], action: str
) -> None:
    path = door(file_report(contact=signed_in()))
    for text in ("", " \n\t ", "\u202e"):
        answer = widget.post(path, data={"action": action, "text": text})
        assert (answer.status_code, len(_faults(answer))) == (422, 1)


@pytest.mark.parametrize("action", ["", "confirm", "send", "assign", "import", "TAKE", "x" * 500])
def test_action_that_is_none_is_refused(
    widget: FlaskClient, file_report: File, door: Callable[[Receipt], str], action: str
) -> None:
    path = door(file_report(contact=signed_in()))
    answer = widget.post(path, data={"action": action, "text": "Мои слова"})
    assert answer.status_code == 422
    assert "Мои слова" in answer.text


def test_revoked_or_handed_on_link_is_closed(
    widget: FlaskClient, floor: Floor, file_report: File, door: Callable[[Receipt], str]
) -> None:
    revoked, handed = file_report(contact=signed_in()), file_report(contact=signed_in())
    paths = door(revoked), door(handed)
    with floor.db.writing() as session:
        mine = sa.update(ServiceLink).where(ServiceLink.problem_id == revoked.problem_id)
        session.execute(mine.values(revoked_at=clock.now()))
        other = sa.update(Problem).where(Problem.id == handed.problem_id)
        session.execute(other.values(service_code="lights"))
    for path in paths:
        for answer in (widget.get(path), widget.post(path, data={"action": "take"})):
            assert answer.status_code == 410
            assert "service-link-expired" in answer.text


def test_report_without_deadlines_has_a_page(widget: FlaskClient, file_report: File) -> None:
    route = Route("roads", "kolomna", "50", ClockRules(None, None))
    assert "Яма" in _page(widget, file_report(contact=signed_in(), route=route))


def test_category_that_left_the_catalogue_has_a_page(widget: FlaskClient, file_report: File) -> None:
    assert "Яма" in _page(widget, file_report(contact=signed_in(), category="old.gone"))


def test_unknown_number_is_a_page_that_says_so(widget: FlaskClient) -> None:
    answer = widget.get("/p/50-0000-0000")
    assert answer.status_code == 404
    assert "<h1>" in answer.text
