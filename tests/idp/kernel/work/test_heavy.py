"""Heavy work takes turns, steps back behind everything else, and turns away what would wait too long."""

import os
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from idp.kernel.work.heavy import Crowded, HeavyWork, spare_processors


@pytest.fixture
def gate() -> Iterator[threading.Event]:
    """What the work waits for; opened at the end whatever happens."""
    opened = threading.Event()
    yield opened
    opened.set()


def test_result_and_error_come_back():
    heavy = HeavyWork(at_once=1, waiting=0)
    assert heavy.do(lambda: 6 * 7) == 42
    with pytest.raises(ZeroDivisionError):
        heavy.do(lambda: 1 // 0)
    assert heavy.do(lambda: "again") == "again"


def test_one_more_than_fits_is_told_to_return(gate: threading.Event):
    heavy = HeavyWork(at_once=1, waiting=2)
    with ThreadPoolExecutor(3) as askers:
        asked = [askers.submit(heavy.do, gate.wait) for _ in range(3)]
        while heavy._places._value:
            pass
        with pytest.raises(Crowded) as refused:
            heavy.do(lambda: None)
        gate.set()
        assert [one.result() for one in asked] == [True] * 3
    assert refused.value.status == 503
    assert refused.value.retry_after_seconds
    assert heavy.do(lambda: "free") == "free"


def test_no_more_than_said_run_at_once():
    heavy, running, most = HeavyWork(at_once=2, waiting=10), [], []

    def work():
        running.append(1)
        most.append(len(running))
        threading.Event().wait(0.01)
        running.pop()

    with ThreadPoolExecutor(8) as askers:
        list(askers.map(lambda _: heavy.do(work), range(8)))
    assert max(most) <= 2


def test_work_steps_back_and_nobody_else_does():
    def niceness() -> int:
        return os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    before = niceness()
    assert HeavyWork(at_once=1, waiting=0).do(niceness) > before
    assert niceness() == before


def test_child_process_has_threads_of_its_own():
    heavy = HeavyWork(at_once=1, waiting=0)
    heavy.do(lambda: None)
    heavy._begin()  # what a fork does in the child, whose copy of the thread is gone
    assert heavy.do(lambda: 1) == 1


def test_a_processor_is_left_to_the_others():
    assert 1 <= spare_processors() <= max(1, os.cpu_count() - 1)
