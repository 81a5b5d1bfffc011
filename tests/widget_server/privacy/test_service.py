"""Proofs name the exact words, the words are stored once, withdrawal leaves the proof, destruction a line."""

from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa
from flask.testing import FlaskClient

from idp.kernel.crypto.digests import digest
from idp.kernel.ground import clock
from idp.kernel.ground.clock import FrozenClock
from idp.kernel.ground.ids import new_id
from idp.kernel.work.floor import Floor
from widget_server.privacy import (
    ConsentGiven,
    consent_texts,
    log_destruction,
    record_consents,
    withdraw_consents,
)
from widget_server.privacy.models import ConsentProof, ConsentText, Destruction

ORIGIN = "https://dobro.test"


def agree(floor: Floor, subject: UUID, *, receiver: str = "Служба") -> None:
    boxes = consent_texts("ru", operator="Окно", receiver=receiver)
    with floor.db.writing() as session:
        given = [ConsentGiven(box, ORIGIN) for box in boxes]
        record_consents(session, given, subject_id=subject, now=clock.now())


def rows(floor: Floor, model: type) -> list[object]:
    with floor.db.reading() as session:
        return list(session.scalars(sa.select(model)))


def test_proof_names_the_exact_words(floor: Floor, frozen: FrozenClock) -> None:
    subject = new_id()
    agree(floor, subject)
    words = {row.digest: row for row in rows(floor, ConsentText)}
    boxes = {box.text: box for box in consent_texts("ru", operator="Окно", receiver="Служба")}
    proofs = rows(floor, ConsentProof)
    assert {words[p.text_digest].text for p in proofs} == set(boxes)
    assert {(p.subject_id, p.origin, p.given_at, p.withdrawn_at) for p in proofs} == {
        (subject, ORIGIN, clock.now(), None)
    }


def test_words_say_what_they_are(floor: Floor) -> None:
    agree(floor, new_id())
    for row in rows(floor, ConsentText):
        assert row.digest == digest(row.text)
        assert (row.version, row.language) == ("2026-11-01", "ru")


def test_same_words_are_stored_once(floor: Floor) -> None:
    agree(floor, new_id())
    agree(floor, new_id())
    assert (len(rows(floor, ConsentText)), len(rows(floor, ConsentProof))) == (3, 6)


def test_other_receiver_is_another_text(floor: Floor) -> None:
    agree(floor, new_id(), receiver="Одна")
    agree(floor, new_id(), receiver="Другая")
    assert len(rows(floor, ConsentText)) == 4


def test_withdrawal_leaves_the_proof(floor: Floor, frozen: FrozenClock) -> None:
    mine, other = new_id(), new_id()
    agree(floor, mine)
    agree(floor, other)
    at = frozen.tick(days=1)
    with floor.db.writing() as session:
        withdraw_consents(session, subject_id=mine, now=at)
    withdrawn = {(p.subject_id, p.withdrawn_at) for p in rows(floor, ConsentProof)}
    assert withdrawn == {(mine, at), (other, None)}


def test_second_withdrawal_keeps_the_first_time(floor: Floor, frozen: FrozenClock) -> None:
    mine = new_id()
    agree(floor, mine)
    for at in (clock.now(), clock.now() + timedelta(days=1)):
        with floor.db.writing() as session:
            withdraw_consents(session, subject_id=mine, now=at)
    assert {p.withdrawn_at for p in rows(floor, ConsentProof)} == {clock.now()}


def test_destruction_leaves_a_line_without_data(floor: Floor, frozen: FrozenClock) -> None:
    subject = new_id()
    with floor.db.writing() as session:
        log_destruction(session, ["name", "email"], subject_id=subject, ground="term", now=clock.now())
    (line,) = rows(floor, Destruction)
    assert (line.subject_id, line.ground, line.what, line.at) == (
        subject, "term", ["name", "email"], clock.now()
    )  # fmt: skip


def test_policy_page_speaks_both_languages(widget: FlaskClient) -> None:
    pages = [widget.get(f"/privacy?lang={language}") for language in ("ru", "en")]
    assert [page.status_code for page in pages] == [200, 200]
    assert pages[0].text != pages[1].text


def test_policy_page_sets_no_cookie(widget: FlaskClient) -> None:
    assert "Set-Cookie" not in widget.get("/privacy").headers
