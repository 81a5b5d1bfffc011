"""A letter is posted once, goes after the commit, goes again after a crash as the same letter."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from idp.kernel.ground import clock
from idp.kernel.ground.clock import FrozenClock
from idp.kernel.ground.ids import new_id
from idp.kernel.outside.mail import Mail
from idp.kernel.work.floor import Floor
from idp.kernel.work.outbox import LEASE_SECONDS, Delivery, delay_seconds
from widget_server.notifications import Letter, letters_about, post_letter
from widget_server.notifications.jobs import send_letter
from widget_server.notifications.models import SentLetter

ABOUT = UUID(int=7)
LETTER = Letter(
    to="vera@example.org", subject="Яму засыпали", text="Ответ службы", audience="reporter", occasion="fixed",
    about=ABOUT, dedup="delivery:reporter", reply_to="service@example.org",
)  # fmt: skip


def post(floor: Floor, **changes: Any) -> None:
    with floor.db.writing() as session:
        post_letter(session, replace(LETTER, **changes), outbox=floor.outbox)


def lines(floor: Floor) -> list[tuple[str, str]]:
    with floor.db.reading() as session:
        return [(line.audience, line.occasion) for line in letters_about(session, ABOUT)]


class Refusing:
    """A mail server that is away."""

    def send(self, mail: Mail) -> None:
        raise OSError("away")


def test_posted_letter_arrives_as_written(
    floor: Floor, drain: Callable[[], int], outgoing: list[Mail]
) -> None:
    post(floor)
    drain()
    (mail,) = outgoing
    assert (mail.to, mail.subject, mail.text, mail.reply_to) == (
        LETTER.to, LETTER.subject, LETTER.text, LETTER.reply_to
    )  # fmt: skip


def test_letter_of_a_failed_change_stays_unwritten(
    floor: Floor, drain: Callable[[], int], outgoing: list[Mail]
) -> None:
    with pytest.raises(RuntimeError), floor.db.writing() as session:  # noqa: PT012 - the unit of work is the point
        post_letter(session, LETTER, outbox=floor.outbox)
        raise RuntimeError
    drain()
    assert outgoing == []


def test_letter_posted_twice_goes_once(floor: Floor, drain: Callable[[], int], outgoing: list[Mail]) -> None:
    post(floor)
    post(floor)
    drain()
    assert len(outgoing) == 1


def test_repeated_job_posts_no_second_letter(
    floor: Floor, drain: Callable[[], int], outgoing: list[Mail]
) -> None:
    post(floor)
    drain()
    post(floor)  # the job that posted it crashed before it was done, and ran again
    drain()
    assert len(outgoing) == 1


def test_long_dedups_are_told_apart(floor: Floor, drain: Callable[[], int], outgoing: list[Mail]) -> None:
    post(floor, dedup="x" * 200 + "1")
    post(floor, dedup="x" * 200 + "2")
    drain()
    assert len(outgoing) == 2


def test_crash_after_sending_repeats_the_same_letter(
    floor: Floor, drain: Callable[[], int], outgoing: list[Mail], frozen: FrozenClock
) -> None:
    post(floor)
    taken = floor.outbox.take(floor.db, clock.now())
    assert taken is not None
    send_letter(taken, floor)  # and the worker dies here
    frozen.tick(seconds=LEASE_SECONDS + 1)
    drain()
    assert len(outgoing) == 2
    assert len({mail.message_id for mail in outgoing}) == 1
    assert lines(floor) == [("reporter", "fixed")]


def test_letters_have_ids_of_their_own(floor: Floor, drain: Callable[[], int], outgoing: list[Mail]) -> None:
    post(floor)
    post(floor, dedup="other")
    drain()
    assert len({mail.message_id for mail in outgoing}) == 2


def test_letter_waits_for_the_mail_server(
    floor: Floor, widget_app: Any, outgoing: list[Mail], frozen: FrozenClock
) -> None:
    worker = widget_app.extensions["worker"]
    post(floor)
    worker._floor = replace(floor, mailer=Refusing())
    worker.drain()
    worker._floor = floor
    frozen.tick(seconds=delay_seconds(1) + 1)
    worker.drain()
    assert [mail.to for mail in outgoing] == [LETTER.to]
    assert lines(floor) == [("reporter", "fixed")]


def test_unsent_letter_leaves_no_line(floor: Floor) -> None:
    delivery = Delivery(new_id(), "x", {"to": "a@b.test", "subject": "s", "text": "t", "reply_to": None}, 1)
    with pytest.raises(OSError, match="away"):
        send_letter(delivery, replace(floor, mailer=Refusing()))
    assert lines(floor) == []


def test_line_keeps_nothing_of_the_letter(
    floor: Floor, drain: Callable[[], int], outgoing: list[Mail]
) -> None:
    post(floor)
    drain()
    with floor.db.reading() as session:
        kept = str(session.execute(sa.select(SentLetter.__table__)).one())
    assert not [word for word in ("vera", "example", "Яму", "Ответ") if word in kept]


def test_sent_letter_leaves_the_outbox(floor: Floor, drain: Callable[[], int], outgoing: list[Mail]) -> None:
    post(floor)
    drain()
    with floor.db.reading() as session:
        assert session.execute(sa.select(floor.outbox.table)).first() is None


def test_lines_are_told_in_order(
    floor: Floor, drain: Callable[[], int], outgoing: list[Mail], frozen: FrozenClock
) -> None:
    for occasion in ("confirm", "sent", "fixed"):
        post(floor, occasion=occasion, dedup=occasion)
        drain()
        frozen.tick(seconds=timedelta(hours=1).total_seconds())
    assert [occasion for _, occasion in lines(floor)] == ["confirm", "sent", "fixed"]
