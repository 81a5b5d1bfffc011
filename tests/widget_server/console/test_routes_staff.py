"""Staff works through reports; nobody sees or touches what is another's."""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from idp.kernel.ground.clock import FrozenClock
from idp.kernel.work.floor import Floor
from widget_server.identity import Role, revoke_role
from widget_server.problems import staff_report
from widget_server.routing.models import Authority

Enter = Callable[..., FlaskClient]
File = Callable[..., str]
Post = Callable[..., Any]


def _state(floor: Floor, number: str) -> str:
    from idp.kernel.ground import clock

    with floor.db.reading() as session:
        found = staff_report(
            session, number, service_code=None, capabilities=floor.capabilities, now=clock.now()
        )
    return found.row.state.value


def _history_length(floor: Floor, number: str) -> int:
    from idp.kernel.ground import clock

    with floor.db.reading() as session:
        found = staff_report(
            session, number, service_code=None, capabilities=floor.capabilities, now=clock.now()
        )
    return len(found.history)


def test_nobody_signed_in_is_led_to_sign_in(widget: FlaskClient) -> None:
    answer = widget.get("/console?state=sent")
    assert (answer.status_code, answer.location) == (303, "/signin?next=/console?state%3Dsent")


def test_person_without_a_role_learns_the_number_to_tell(enter: Enter) -> None:
    answer = enter("p-nobody").get("/console")
    assert answer.status_code == 403
    assert "p-nobody" in answer.text


def test_revoked_role_closes_the_console_at_once(platform: FlaskClient, floor: Floor) -> None:
    assert platform.get("/console").status_code == 200
    with floor.db.writing() as session:
        revoke_role(session, "p-staff")
    assert platform.get("/console").status_code == 403


def test_nearest_deadline_stands_first(platform: FlaskClient, file_report: File) -> None:
    late, soon = file_report(due_days=9), file_report(due_days=1)
    text = platform.get("/console").text
    assert text.index(soon) < text.index(late)


def test_platform_sees_what_nobody_serves(platform: FlaskClient, file_report: File) -> None:
    number = file_report(service="")
    assert number in platform.get("/console").text
    assert number in platform.get("/console?state=unserved").text


def test_service_sees_only_its_own(roads: FlaskClient, file_report: File) -> None:
    mine, other, unserved = file_report(), file_report(service="lights"), file_report(service="")
    text = roads.get("/console").text
    assert mine in text
    assert other not in text
    assert unserved not in text


def test_service_filter_does_not_widen_what_is_seen(roads: FlaskClient, file_report: File) -> None:
    other = file_report(service="lights")
    assert other not in roads.get("/console?service=lights").text


@pytest.mark.parametrize("service", ["lights", ""])
def test_c9_1_report_of_another_service_looks_like_none(
    roads: FlaskClient, file_report: File, service: str
) -> None:
    number = file_report(service=service)
    assert roads.get(f"/console/{number}").status_code == 404


@pytest.mark.parametrize("service", ["lights", ""])
def test_c9_1_step_on_a_report_of_another_service_does_nothing(
    roads: FlaskClient, file_report: File, post: Post, floor: Floor, service: str
) -> None:
    number = file_report(service=service)
    before = _state(floor, number)
    assert post(roads, "/console", f"/console/{number}/act", action="take").status_code == 404
    assert _state(floor, number) == before


def test_c9_1_service_cannot_hand_over(
    roads: FlaskClient, file_report: File, post: Post, floor: Floor
) -> None:
    for number in (file_report(service=""), file_report()):
        answer = post(roads, "/console", f"/console/{number}/assign", service="roads")
        assert answer.status_code == 404


def test_unconfirmed_report_is_unknown_to_its_service(roads: FlaskClient, file_report: File) -> None:
    number = file_report(sub="", level=0)
    assert roads.get(f"/console/{number}").status_code == 404
    assert number not in roads.get("/console").text


@pytest.mark.parametrize("number", ["nope", "50-AAAA-BBBB", "%00", "x" * 200, "..", "50'--", "%D1%8B"])
def test_unknown_number_is_no_page(platform: FlaskClient, number: str) -> None:
    assert platform.get(f"/console/{number}").status_code == 404


@pytest.mark.parametrize("query", ["cursor=x", "cursor=WzEsICJ4Il0", "cursor=%00"])
def test_forged_cursor_is_refused(platform: FlaskClient, query: str) -> None:
    assert platform.get(f"/console?{query}").status_code == 400


def test_pages_go_on_where_the_last_ended(platform: FlaskClient, file_report: File) -> None:
    numbers = {file_report(due_days=n) for n in range(51)}
    first = platform.get("/console").text
    link = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = platform.get(link).text
    shown = [{n for n in numbers if n in page} for page in (first, second)]
    assert (len(shown[0]), len(shown[1])) == (50, 1)
    assert shown[0] | shown[1] == numbers


def test_filters_narrow_the_list(platform: FlaskClient, file_report: File, frozen: FrozenClock) -> None:
    pothole, lamp = (
        file_report(due_days=0.1),
        file_report(service="lights", category="lighting.lamp", due_days=30),
    )
    frozen.tick(days=0.2)
    overdue = platform.get("/console?overdue=1").text
    assert pothole in overdue
    assert lamp not in overdue
    assert lamp not in platform.get("/console?category=roads.pothole").text
    assert pothole not in platform.get("/console?service=lights").text


def test_contact_is_shown_to_the_service_only(enter: Enter, file_report: File) -> None:
    number = file_report()
    to_platform = enter(role=Role.PLATFORM).get(f"/console/{number}").text
    to_service = enter("p-roads", role=Role.AUTHORITY, authority="roads").get(f"/console/{number}").text
    assert "anna@example.org" in to_service
    assert "Анна Петрова" in to_service
    assert "anna@example.org" not in to_platform
    assert "Анна Петрова" not in to_platform
    assert "p-anna" not in to_service + to_platform


def test_taken_report_is_in_work(roads: FlaskClient, file_report: File, post: Post, floor: Floor) -> None:
    number = file_report()
    answer = post(roads, f"/console/{number}", f"/console/{number}/act", action="take")
    assert answer.location == f"/console/{number}?done=take"
    assert _state(floor, number) == "in-work"
    assert 'role="status"' in roads.get(answer.location).text


def test_double_tap_takes_one_step(roads: FlaskClient, file_report: File, post: Post, floor: Floor) -> None:
    number = file_report()
    for fields in ({"action": "take"}, {"action": "answer", "text": "Приедем завтра"}):
        answers = [post(roads, f"/console/{number}", f"/console/{number}/act", **fields) for _ in range(2)]
        assert [a.status_code for a in answers] == [303, 303]
    assert _state(floor, number) == "answered"
    assert _history_length(floor, number) == 4


@pytest.mark.parametrize(
    ("action", "state"), [("answer", "answered"), ("fix", "fixed"), ("refuse", "refused")]
)
def test_words_move_a_report_on(
    roads: FlaskClient, file_report: File, post: Post, floor: Floor, action: str, state: str
) -> None:
    number = file_report()
    post(roads, f"/console/{number}", f"/console/{number}/act", action=action, text="Сделано так")
    assert _state(floor, number) == state
    assert "Сделано так" in roads.get(f"/console/{number}").text


def test_step_from_a_closed_report_is_said_plainly(roads: FlaskClient, file_report: File, post: Post) -> None:
    number = file_report()
    post(roads, f"/console/{number}", f"/console/{number}/act", action="fix", text="Готово")
    late = post(roads, f"/console/{number}", f"/console/{number}/act", action="refuse", text="Нет")
    assert late.status_code == 409


def test_mistake_keeps_what_was_written(roads: FlaskClient, file_report: File, post: Post) -> None:
    number, long = file_report(), "длинно " * 600
    answer = post(roads, f"/console/{number}", f"/console/{number}/act", action="refuse", text=long)
    assert answer.status_code == 422
    assert "длинно длинно" in answer.text
    assert 'href="#ground"' in answer.text


def test_reporter_is_told(
    roads: FlaskClient, file_report: File, post: Post, drain: Callable[[], int], outgoing: list[Any]
) -> None:
    number = file_report()
    drain()
    outgoing.clear()
    post(roads, f"/console/{number}", f"/console/{number}/act", action="answer", text="Приедем завтра")
    drain()
    assert [mail.to for mail in outgoing] == ["anna@example.org"]
    assert "Приедем завтра" in outgoing[0].text


def test_unserved_report_is_handed_over(
    platform: FlaskClient, file_report: File, post: Post, floor: Floor
) -> None:
    number = file_report(service="")
    for _ in range(2):
        answer = post(platform, f"/console/{number}", f"/console/{number}/assign", service="lights")
        assert answer.location == f"/console/{number}?done=assign"
    assert _state(floor, number) == "sent"


@pytest.mark.parametrize("service", ["", "nobody", "\x00"])
def test_handing_over_to_nobody_is_refused(
    platform: FlaskClient, file_report: File, post: Post, floor: Floor, service: str
) -> None:
    number = file_report(service="")
    answer = post(platform, f"/console/{number}", f"/console/{number}/assign", service=service)
    assert answer.status_code == 422
    assert _state(floor, number) == "unserved"


def test_c6_6_step_needs_a_token_of_this_browser(roads: FlaskClient, file_report: File, floor: Floor) -> None:
    number = file_report()
    assert roads.post(f"/console/{number}/act", data={"action": "take"}).status_code == 403
    assert _state(floor, number) == "sent"


def test_step_after_the_session_keeps_the_person_informed(
    roads: FlaskClient, file_report: File, post: Post, frozen: FrozenClock, floor: Floor
) -> None:
    number = file_report()
    roads.get(f"/console/{number}")
    roads.delete_cookie("__Host-window", domain="widget.igrajdanin.test")
    roads.set_cookie("__Host-form", "secret", domain="widget.igrajdanin.test", secure=True)
    from idp.kernel.web.csrf import _token_of

    answer = roads.post(f"/console/{number}/act", data={"csrf_token": _token_of("secret"), "action": "take"})
    assert answer.status_code == 401
    assert _state(floor, number) == "sent"


def test_hostile_words_are_shown_as_words(roads: FlaskClient, file_report: File) -> None:
    number = file_report(description="<script>alert(1)</script>", address='"><img src=x>')
    text = roads.get(f"/console/{number}").text + roads.get("/console").text
    assert "<script>alert" not in text
    assert "<img src=x>" not in text


def test_sign_out_form_may_lead_to_the_provider(platform: FlaskClient) -> None:
    policy = platform.get("/console").headers["Content-Security-Policy"]
    assert "form-action 'self' https://id.igrajdanin.test" in policy


def test_english_is_spoken_when_asked(platform: FlaskClient, file_report: File) -> None:
    file_report()
    text = platform.get("/console?lang=en").text
    assert "Road service" in text
    assert 'lang="en"' in text


def test_name_of_a_service_switched_off_is_still_shown(
    platform: FlaskClient, file_report: File, floor: Floor
) -> None:
    number = file_report(service="lights")
    with floor.db.writing() as session:
        session.execute(sa.update(Authority).where(Authority.code == "lights").values(is_active=False))
    assert "Горсвет" in platform.get("/console").text
    shown = platform.get(f"/console/{number}").text
    assert "Горсвет" in shown
    assert 'value="lights"' not in platform.get("/console").text
