"""What follows a commit: who gets which letter when, the one reminder, the erasure and its proof."""

import io
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any, cast

import pytest
import sqlalchemy as sa
from PIL import Image

from idp.kernel.ground import clock
from idp.kernel.ground.clock import FrozenClock
from idp.kernel.outside.images import process_picture
from idp.kernel.outside.mail import Mail, MemoryMailer
from idp.kernel.work.floor import Floor
from tests.widget_server.problems.conftest import File, count_due, new_owner, signed_in
from widget_server.media import add_photo, keep_picture
from widget_server.privacy import ConsentGiven, consent_texts
from widget_server.problems import Action, Actor, ActorKind, ClockRules, act, assign, confirm
from widget_server.problems.commands import Receipt, Route
from widget_server.problems.jobs import remind_and_erase
from widget_server.problems.models import Problem, ServiceLink

Drain = Callable[[], int]
STAFF = "staff@igrajdanin.localhost"
NOWHERE = Route("", "kolomna", "50", ClockRules(None, None))


@pytest.fixture(autouse=True)
def _stage(frozen: FrozenClock, services: None) -> None:
    """All happens at a stopped noon, among two services."""


def _confirm(floor: Floor, receipt: Receipt) -> None:
    with floor.db.writing() as session:
        reporter = session.scalar(sa.select(Problem.reporter_id).where(Problem.id == receipt.problem_id))
        assert reporter
        confirm(session, reporter, count_due=count_due, outbox=floor.outbox, now=clock.now())


def _act(floor: Floor, receipt: Receipt, action: Action, text: str = "") -> None:
    actor = Actor(ActorKind.SERVICE, service_code="roads")
    with floor.db.writing() as session:
        act(session, receipt.number, action, text=text, actor=actor, outbox=floor.outbox, now=clock.now())


def _stored(floor: Floor) -> str:
    with floor.db.reading() as session:
        return "".join(
            json.dumps([str(value) for value in row], ensure_ascii=False)
            for table in floor.db.metadata.sorted_tables
            for row in session.execute(sa.select(table))
        )


def _table(floor: Floor, name: str) -> list[Any]:
    with floor.db.reading() as session:
        return list(session.execute(floor.db.metadata.tables[name].select()))


def _photo(floor: Floor) -> tuple[Any, int]:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "teal").save(out, "JPEG")
    picture, owner = process_picture(out.getvalue()), new_owner()
    with floor.db.writing() as session:
        add_photo(session, keep_picture(picture, files=floor.files), owner_id=owner, now=clock.now())
    return owner, len(_files(floor))


def _files(floor: Floor) -> list[str]:
    return [path.name for path in (floor.settings.data_dir / "files").rglob("*") if path.is_file()]


def test_guest_is_asked_and_nobody_else_is_told(
    file_report: File, drain: Drain, outgoing: list[Mail]
) -> None:
    file_report()
    drain()
    assert [mail.to for mail in outgoing] == ["vera@example.org"]
    assert "/confirm/" in outgoing[0].text


def test_confirmed_report_reaches_service_and_reporter(
    floor: Floor, file_report: File, drain: Drain, outgoing: list[Mail]
) -> None:
    receipt = file_report()
    _confirm(floor, receipt)
    drain()
    assert [mail.to for mail in outgoing] == ["vera@example.org", "roads@city.example"], (
        "no question any more"
    )
    (link,) = _table(floor, "service_link")
    assert (link.service_code, link.problem_id) == ("roads", receipt.problem_id)


def test_news_delivered_twice_sends_one_letter(
    floor: Floor, file_report: File, drain: Drain, outgoing: list[Mail], widget_app: Any
) -> None:
    """At least once is what the outbox promises; once is what people get."""
    file_report(contact=signed_in())
    with floor.db.reading() as session:
        row = session.execute(sa.select(floor.outbox.table)).one()
    drain()
    with floor.db.writing() as session:
        session.execute(sa.insert(floor.outbox.table).values(**row._mapping))
    drain()
    assert sorted(mail.to for mail in outgoing) == ["anna@example.org", "roads@city.example"]
    assert len(_table(floor, "service_link")) == 1


def test_report_nobody_serves_goes_to_staff(file_report: File, drain: Drain, outgoing: list[Mail]) -> None:
    receipt = file_report(contact=signed_in(), route=NOWHERE)
    drain()
    assert sorted(mail.to for mail in outgoing) == sorted([STAFF, "anna@example.org"])
    to_staff = next(mail for mail in outgoing if mail.to == STAFF)
    assert f"/console/{receipt.number}" in to_staff.text


def test_service_without_mail_leaves_it_to_staff(
    floor: Floor, file_report: File, drain: Drain, outgoing: list[Mail]
) -> None:
    file_report(contact=signed_in(), route=Route("gone", "kolomna", "50", ClockRules(None, None)))
    drain()
    assert STAFF in [mail.to for mail in outgoing]


def test_each_step_of_the_service_is_told(
    floor: Floor, file_report: File, drain: Drain, outgoing: list[Mail]
) -> None:
    receipt = file_report(contact=signed_in())
    drain()
    outgoing.clear()
    for action, text in ((Action.TAKE, ""), (Action.ANSWER, "Засыплем"), (Action.FIX, "Засыпали")):
        _act(floor, receipt, action, text)
        drain()
        assert outgoing[-1].to == "anna@example.org"
        assert text in outgoing[-1].text
    assert len(outgoing) == 3


def test_assigned_report_is_told_once_and_to_the_new_service(
    floor: Floor, file_report: File, drain: Drain, outgoing: list[Mail]
) -> None:
    receipt = file_report(contact=signed_in(), route=NOWHERE)
    drain()
    outgoing.clear()
    with floor.db.writing() as session:
        assign(
            session, receipt.number, service_code="lights", rules=ClockRules((8, "working"), None),
            count_due=count_due, actor=Actor(ActorKind.STAFF), outbox=floor.outbox, now=clock.now(),
        )  # fmt: skip
    drain()
    assert sorted(mail.to for mail in outgoing) == ["anna@example.org", "lights@city.example"]


def test_guest_is_reminded_once_after_a_day(
    floor: Floor, file_report: File, drain: Drain, outgoing: list[Mail], frozen: FrozenClock
) -> None:
    file_report()
    drain()
    frozen.tick(days=0.99)
    drain()
    assert len(outgoing) == 1
    frozen.tick(days=0.02)
    for _ in range(3):
        remind_and_erase(floor)
        drain()
    assert [mail.to for mail in outgoing] == ["vera@example.org"] * 2
    assert outgoing[1].subject.startswith("Напомин")
    frozen.tick(days=3)
    drain()
    assert len(outgoing) == 2


def test_confirmed_guest_is_not_reminded(
    floor: Floor, file_report: File, drain: Drain, outgoing: list[Mail], frozen: FrozenClock
) -> None:
    _confirm(floor, file_report())
    drain()
    outgoing.clear()
    frozen.tick(days=1.1)
    remind_and_erase(floor)
    drain()
    assert outgoing == []


def test_reminder_too_late_is_not_sent(
    floor: Floor, file_report: File, drain: Drain, outgoing: list[Mail], frozen: FrozenClock
) -> None:
    """After 72 hours the link is dead, so a worker that slept reminds nobody of it."""
    file_report()
    drain()
    outgoing.clear()
    frozen.tick(days=3.1)
    remind_and_erase(floor)
    drain()
    assert outgoing == []


def test_unconfirmed_report_is_erased_after_thirty_days(
    floor: Floor, file_report: File, drain: Drain, frozen: FrozenClock
) -> None:
    before = len(_files(floor))
    owner, with_photo = _photo(floor)
    asked = consent_texts("ru", operator="О", receiver="Р")
    consents = tuple(ConsentGiven(one, "https://dobro.test") for one in asked[:2])
    receipt = file_report(photo_owner=owner, consents=consents)
    drain()
    assert with_photo == before + 2
    frozen.tick(days=29.9)
    drain()
    assert "vera@example.org" in _stored(floor)
    frozen.tick(days=0.2)
    drain()
    stored = _stored(floor)
    for personal in ("vera@example.org", "Вера Орлова", "Яма у остановки", "ул. Ленина"):
        assert personal not in stored
    assert len(_files(floor)) == before
    (line,) = _table(floor, "destruction")
    assert (line.subject_id, line.at) == (receipt.problem_id, clock.now())
    assert set(line.what) == {"name", "email", "place", "description", "photos"}
    assert [proof.withdrawn_at for proof in _table(floor, "consent_proof")] == [clock.now()] * 2
    for table in ("problem", "reporter", "history_entry", "photo"):
        assert _table(floor, table) == []


def test_letter_that_never_went_out_is_erased_too(
    floor: Floor, file_report: File, drain: Drain, outgoing: list[Mail], frozen: FrozenClock
) -> None:
    class Away(list[Mail]):
        def append(self, mail: Mail) -> None:
            raise OSError("away")

    cast(MemoryMailer, floor.mailer).sent = Away()
    file_report()
    for _ in range(40):
        drain()
        frozen.tick(seconds=6 * 3600)
    assert "vera@example.org" in str([row.payload for row in _table(floor, "outbox")])
    frozen.tick(days=31)
    drain()
    drain()
    assert "vera@example.org" not in _stored(floor)


def test_confirmed_report_is_never_erased_by_time(
    floor: Floor, file_report: File, drain: Drain, frozen: FrozenClock
) -> None:
    kept = file_report()
    _confirm(floor, kept)
    file_report(contact=signed_in(), route=NOWHERE)
    drain()
    frozen.tick(days=400)
    drain()
    assert len(_table(floor, "problem")) == 2
    assert _table(floor, "destruction") == []


def test_photo_of_two_reports_stays_while_one_names_it(
    floor: Floor, file_report: File, drain: Drain, frozen: FrozenClock
) -> None:
    first, _ = _photo(floor)
    second, files = _photo(floor)
    file_report(photo_owner=first)
    file_report(photo_owner=second, contact=signed_in())
    frozen.tick(days=30.1)
    drain()
    assert (len(_table(floor, "photo")), len(_files(floor))) == (1, files)


def test_many_stale_reports_are_all_erased(floor: Floor, file_report: File, frozen: FrozenClock) -> None:
    for _ in range(120):
        file_report()
    frozen.tick(days=31)
    remind_and_erase(floor)
    remind_and_erase(floor)
    assert _table(floor, "problem") == []
    assert len(_table(floor, "destruction")) == 120


def test_news_of_an_erased_report_is_no_trouble(
    floor: Floor, file_report: File, drain: Drain, outgoing: list[Mail], frozen: FrozenClock
) -> None:
    file_report()
    frozen.tick(days=31)
    remind_and_erase(floor)
    drain()
    assert outgoing == []


def test_standing_link_is_used_again(floor: Floor, file_report: File, drain: Drain) -> None:
    receipt = file_report(contact=signed_in())
    drain()
    with floor.db.writing() as session:
        floor.outbox.emit(session, "problems.sent", {"problem_id": str(receipt.problem_id)})
    drain()
    with floor.db.reading() as session:
        assert len(session.scalars(sa.select(ServiceLink)).all()) == 1
    assert timedelta(days=30) < _table(floor, "service_link")[0].valid_until - clock.now()


def test_english_reporter_gets_english(
    floor: Floor, file_report: File, drain: Drain, outgoing: list[Mail]
) -> None:
    file_report(language="en")
    drain()
    assert outgoing[0].subject.startswith("Confirm report")
