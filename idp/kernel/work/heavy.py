"""Work that takes the processor for long: few at a time, behind everything else, and never a long queue.

A password's hash takes the processor for tens of milliseconds. As many at once as there are requests
would starve the requests that need a tenth of that, so hashes run in threads of their own: one
processor is left to the others, and where all are wanted the system prefers the others (nice value).
A request waits for its turn; beyond so many waiting ones it is told to come back, because requests that
wait hold the server's threads. The work must release the interpreter's lock, as argon2 does.
"""

import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from ..ground.faults import Unavailable

Result = TypeVar("Result")
_STEPS_BACK = 5  # a third of the share of others where all processors are wanted
_RETRY_AFTER_SECONDS = 2


class Crowded(Unavailable):
    """More is asked than can be worked off soon."""

    code = "crowded"
    title = "Too many people are signing in at this moment"
    detail = "Wait a few seconds and try again."


class HeavyWork:
    """A few threads of low priority, and a bounded queue before them."""

    def __init__(self, *, at_once: int, waiting: int) -> None:
        self._at_once, self._waiting = at_once, waiting
        self._begin()
        os.register_at_fork(after_in_child=self._begin)  # a child inherits no threads

    def _begin(self) -> None:
        self._places = threading.BoundedSemaphore(self._at_once + self._waiting)
        self._threads = ThreadPoolExecutor(self._at_once, "heavy", initializer=_step_back)

    def do(self, work: Callable[[], Result]) -> Result:
        """Do a piece of work when its turn comes; raises Crowded when the queue is full."""
        if not self._places.acquire(blocking=False):
            raise Crowded(retry_after_seconds=_RETRY_AFTER_SECONDS)
        try:
            return self._threads.submit(work).result()
        finally:
            self._places.release()


def spare_processors() -> int:
    """Give how many processors may be busy with heavy work: all but one, and at least one."""
    return max(1, len(os.sched_getaffinity(0)) - 1)


def _step_back() -> None:
    """Let the system prefer every other thread to this one (Linux: the value is the thread's own)."""
    os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _STEPS_BACK)
