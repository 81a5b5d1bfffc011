"""The log of what matters for security: chained, sealed, append-only, verifiable by a command."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any, get_args
from uuid import uuid4

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from flask import Flask
from sqlalchemy.orm import Session

from idp.audit import OPERATOR, Action, Event, Filter, activity_of, entries, record, verify
from idp.audit.cli import audit
from idp.audit.models import AuditEntry, AuditHead
from idp.audit.rules import DetailsRefused
from idp.audit.sealing import LogBroken, prune, seal
from idp.audit.service import NotWriting
from idp.audit.words import WORDS
from idp.database import Model
from idp.kernel.crypto.capabilities import Capabilities
from idp.kernel.ground import clock
from idp.kernel.storage.append_only import protect_tables
from idp.kernel.work.floor import Floor

ANNA = uuid4()


@pytest.fixture
def empty_log(idp_app: Flask, floor: Floor) -> Floor:
    """No entry at all."""
    _tamper(floor, sa.delete(AuditEntry))
    _tamper(floor, sa.delete(AuditHead))
    return floor


@pytest.fixture
def log(empty_log: Floor) -> Floor:
    """Five entries, under seal."""
    floor = empty_log
    for _ in range(5):
        _note(floor)
    with floor.db.writing() as session:
        seal(session, floor.capabilities, now=clock.now())
    return floor


def _note(floor: Floor, **values: Any) -> None:
    with floor.db.writing() as session:
        record(session, Event("session.started", account_id=ANNA, **values), now=clock.now())


def _note_then_fail(session: Session) -> None:
    record(session, Event("session.ended", account_id=ANNA), now=clock.now())
    record(session, Event("session.ended", details={"to": "a@b"}), now=clock.now())


def _broken_at(floor: Floor) -> int | None:
    with floor.db.reading() as session:
        found = verify(session, floor.capabilities).broken
    return found.number if found else None


def _tamper(floor: Floor, statement: sa.Executable) -> None:
    """Do what only somebody can do who may alter the schema."""
    with floor.db.writing() as session:
        connection = session.connection()
        at = " ON audit_entry" if connection.dialect.name == "postgresql" else ""
        for name in ("audit_entry_no_update", "audit_entry_no_delete"):
            connection.exec_driver_sql(f"DROP TRIGGER {name}{at}")
        session.execute(statement)
        protect_tables(connection, Model.metadata)


def test_whole_log_is_verified(log: Floor):
    _note(log)
    assert _broken_at(log) is None
    said = CliRunner().invoke(audit, ["verify"], obj=log)
    assert (said.exit_code, said.output.split(";")[0]) == (0, "6 entries hold")


def test_tampered_entry_is_named(log: Floor):
    _tamper(log, sa.update(AuditEntry).where(AuditEntry.number == 3).values(details={"by": "nobody"}))
    assert _broken_at(log) == 3
    said = CliRunner().invoke(audit, ["verify"], obj=log)
    assert (said.exit_code, "broken at entry 3: it was changed" in said.output) == (1, True)


def test_entry_deleted_in_the_middle_is_named(log: Floor):
    _tamper(log, sa.delete(AuditEntry).where(AuditEntry.number == 3))
    assert _broken_at(log) == 3


def test_cut_tail_is_named(log: Floor):
    _tamper(log, sa.delete(AuditEntry).where(AuditEntry.number > 3))
    assert _broken_at(log) == 4


def test_cut_tail_with_changed_head_breaks_the_seal(log: Floor):
    _tamper(log, sa.delete(AuditEntry).where(AuditEntry.number > 3))
    with log.db.reading() as session:
        last = entries(session, Filter(), limit=1)[0]
    _tamper(log, sa.update(AuditHead).values(number=last.number, hash=last.hash))
    assert _broken_at(log) == 4
    _tamper(log, sa.update(AuditHead).values(sealed_number=last.number, sealed_hash=last.hash))
    assert _broken_at(log) == 3


def test_dropped_beginning_breaks_the_seal(log: Floor):
    with log.db.reading() as session:
        second = entries(session, Filter(), limit=5)[3]
    _tamper(log, sa.delete(AuditEntry).where(AuditEntry.number <= 2))
    assert _broken_at(log) == 1
    _tamper(log, sa.update(AuditHead).values(pruned_number=2, pruned_hash=second.hash))
    assert _broken_at(log) is not None


def test_rewritten_chain_does_not_get_a_seal(log: Floor):
    _tamper(log, sa.delete(AuditEntry))
    _tamper(log, sa.delete(AuditHead))
    _note(log)
    forged = Capabilities(["another secret"]).mint("audit-seal", "1:x", "0:x")
    _tamper(log, sa.update(AuditHead).values(seal=forged))
    with pytest.raises(LogBroken), log.db.writing() as session:
        seal(session, log.capabilities, now=clock.now())
    assert _broken_at(log) is not None


def test_noted_head_shows_a_restored_older_state(log: Floor):
    with log.db.reading() as session:
        noted = verify(session, log.capabilities).head.last
    said = CliRunner().invoke(audit, ["verify", "--expect", str(noted)], obj=log)
    assert said.exit_code == 0
    _tamper(log, sa.delete(AuditEntry))
    _tamper(log, sa.delete(AuditHead))
    _note(log)
    assert CliRunner().invoke(audit, ["verify"], obj=log).exit_code == 0
    assert CliRunner().invoke(audit, ["verify", "--expect", str(noted)], obj=log).exit_code == 1


def test_pruned_log_is_verified_from_its_checkpoint(empty_log: Floor, frozen: clock.FrozenClock):
    log = empty_log
    for _ in range(3):
        _note(log)
        frozen.tick(days=40)
    now = frozen.at
    with log.db.writing() as session:
        assert prune(session, log.capabilities, before=now - timedelta(days=60), now=now) == 2
    assert _broken_at(log) is None
    assert CliRunner().invoke(audit, ["verify", "--expect", f"1:{'0' * 64}"], obj=log).exit_code == 1
    with log.db.reading() as session:
        assert [e.action for e in entries(session, Filter(), limit=9)] == ["audit.pruned", "session.started"]
    _tamper(log, sa.delete(AuditEntry).where(AuditEntry.number == 3))
    assert _broken_at(log) == 3


def test_broken_log_is_not_pruned(log: Floor):
    _tamper(log, sa.update(AuditEntry).where(AuditEntry.number == 2).values(action="session.ended"))
    later = clock.now() + timedelta(days=1)
    with pytest.raises(LogBroken), log.db.writing() as session:
        prune(session, log.capabilities, before=later, now=later)
    assert _broken_at(log) == 2


def test_seal_outlives_a_change_of_the_secret(log: Floor):
    old = log.settings.secret_key.get_secret_value()
    rotated = Capabilities(["the newest secret", old])
    with log.db.writing() as session:
        seal(session, rotated, now=clock.now())
    with log.db.reading() as session:
        assert verify(session, Capabilities(["the newest secret"])).broken is None


def test_c10_10_entries_are_neither_changed_nor_dropped(log: Floor):
    """The database refuses, whatever statement gets through; only pruned entries may go."""
    for statement in (
        sa.update(AuditEntry).where(AuditEntry.number == 3).values(action="session.ended"),
        sa.delete(AuditEntry).where(AuditEntry.number == 3),
        sa.delete(AuditEntry),
    ):
        with pytest.raises(sa.exc.DBAPIError), log.db.writing() as session:
            session.execute(statement)
    assert _broken_at(log) is None


def test_entry_of_a_rolled_back_act_is_not_kept(log: Floor):
    with pytest.raises(DetailsRefused), log.db.writing() as session:
        _note_then_fail(session)
    with log.db.reading() as session:
        assert len(entries(session, Filter(), limit=9)) == 5
    with pytest.raises(NotWriting), log.db.reading() as session:
        record(session, Event("session.ended"), now=clock.now())


def test_parallel_acts_make_one_chain(idp_app: Flask, empty_log: Floor):
    floor = empty_log

    def act(_: int) -> None:
        with idp_app.app_context():
            _note(floor)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(act, range(40)))
    with floor.db.reading() as session:
        found = verify(session, floor.capabilities)
    assert (found.entries, found.broken) == (40, None)


def test_personal_data_is_refused(idp_app: Flask, floor: Floor):
    for wrong in ({"to": "anna@example.ru"}, {"list": ["a@b"]}, {"text": "x" * 201}):
        with pytest.raises(DetailsRefused):
            _note(floor, details=wrong)


def test_activity_of_a_person_is_theirs_alone(log: Floor):
    with log.db.writing() as session:
        record(session, Event("account.locked", account_id=ANNA, by=OPERATOR), now=clock.now())
        record(session, Event("session.started", account_id=uuid4()), now=clock.now())
    with log.db.reading() as session:
        mine = activity_of(session, ANNA, limit=2)
    assert [(a.action, a.by) for a in mine] == [("account.locked", "operator"), ("session.started", "person")]


def test_log_is_shown_by_filters(log: Floor):
    with log.db.writing() as session:
        record(
            session, Event("consent.given", client_id="dobro", details={"scope": ["openid"]}), now=clock.now()
        )

    def lines(*words: str) -> Iterator[str]:
        return iter(CliRunner().invoke(audit, ["show", *words], obj=log).output.splitlines())

    assert len(list(lines("--account", str(ANNA)))) == 5
    assert next(lines("--action", "consent.")).endswith(
        'consent.given system - - dobro {"scope": ["openid"]}'
    )
    assert len(list(lines("--client", "dobro", "--until", "2001-01-01"))) == 0
    assert len(list(lines("--limit", "2"))) == 2


def test_every_action_has_words(idp_app: Flask):
    assert set(WORDS) == set(get_args(Action))


def test_worker_seals_and_keeps_silent(log: Floor, drain: Callable[[], int]):
    _note(log)
    drain()
    with log.db.reading() as session:
        found = verify(session, log.capabilities)
    assert found.head.sealed == found.head.last
