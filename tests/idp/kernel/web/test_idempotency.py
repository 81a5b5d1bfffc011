"""The same key and content have one effect and one answer, on both engines, also at the same moment."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from idp.kernel.ground.clock import FrozenClock
from idp.kernel.web.idempotency import LIFE_DAYS, Idempotency, KeyReused
from idp.kernel.work.floor import Floor


@pytest.fixture
def memory(widget_app: Flask) -> Idempotency:
    """The window's memory of answers."""
    found: Idempotency = widget_app.extensions["tables"].idempotency
    return found


def ask(memory: Idempotency, floor: Floor, *, scope: str = "s", key: str = "k", content: str = "c") -> Any:
    """Recall, and when there is nothing yet answer with a count of the effects so far."""
    with floor.db.writing() as session:
        known = memory.recall(session, scope=scope, key=key, fingerprint=content)
        if known is not None:
            return known
        floor.outbox.emit(session, "effect", {})
        count = session.execute(sa.select(sa.func.count()).select_from(floor.outbox.table)).scalar_one()
        memory.remember(session, {"effect": count}, scope=scope, key=key)
        return {"effect": count}


def test_replay_gives_the_same_answer(memory: Idempotency, floor: Floor) -> None:
    assert ask(memory, floor) == ask(memory, floor) == {"effect": 1}


def test_other_content_under_a_key_is_refused(memory: Idempotency, floor: Floor) -> None:
    ask(memory, floor)
    with pytest.raises(KeyReused):
        ask(memory, floor, content="other")


@pytest.mark.parametrize("other", [{"key": "k2"}, {"scope": "s2"}])
def test_other_key_or_scope_is_another_request(
    memory: Idempotency, floor: Floor, other: dict[str, str]
) -> None:
    ask(memory, floor)
    assert ask(memory, floor, **other) == {"effect": 2}


def test_failed_request_is_not_remembered(memory: Idempotency, floor: Floor) -> None:
    with pytest.raises(RuntimeError), floor.db.writing() as session:  # noqa: PT012 - the unit of work is the point
        memory.recall(session, scope="s", key="k", fingerprint="c")
        raise RuntimeError
    assert ask(memory, floor) == {"effect": 1}


def test_parallel_requests_have_one_effect(memory: Idempotency, floor: Floor, widget_app: Flask) -> None:
    gate = threading.Barrier(6)

    def one(_: int) -> Any:
        with widget_app.app_context():
            gate.wait()
            return ask(memory, floor)

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(one, range(6))) == [{"effect": 1}] * 6


def test_keys_are_stored_as_digests(memory: Idempotency, floor: Floor) -> None:
    ask(memory, floor, key="key-of-vera", content="words-of-vera")
    with floor.db.reading() as session:
        assert "of-vera" not in str(session.execute(sa.select(memory.table)).one())


@pytest.mark.parametrize(("days", "effect"), [(LIFE_DAYS - 0.1, 1), (LIFE_DAYS + 0.1, 2)])
def test_answer_is_forgotten_after_its_life(
    memory: Idempotency, floor: Floor, frozen: FrozenClock, days: float, effect: int
) -> None:
    ask(memory, floor)
    frozen.tick(days=days)
    with floor.db.writing() as session:
        memory.forget_old(session)
    assert ask(memory, floor) == {"effect": effect}
