"""The worker: takes news from the outbox, runs its handlers, keeps periodic work going.

The same loop runs in a thread of the web server (the embedded default) or alone in a process, any
number of them. Several slices may listen to one kind; each listener gets a delivery of its own, so
that one listener's failure never repeats another's work.
"""

import threading
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

import sqlalchemy as sa
import structlog
from sqlalchemy.orm import Session

from ..ground import clock
from ..storage.database import UtcDateTime, claim, insert_once
from .floor import Floor
from .outbox import Delivery, Handler
from .slices import Periodic, Slice

log = structlog.get_logger("worker")
POLL_SECONDS = 0.4
_LISTENER = "#"


class HasContext(Protocol):
    """An application whose context gives jobs their database."""

    def app_context(self) -> AbstractContextManager[object]:
        """Give the context."""


def periodic_table(metadata: sa.MetaData) -> sa.Table:
    """Give the table that says when each periodic work is next due."""
    return sa.Table(
        "periodic",
        metadata,
        sa.Column("name", sa.String(80), primary_key=True),
        sa.Column("due_at", UtcDateTime, nullable=False),
    )


@dataclass(frozen=True)
class Work:
    """All that a worker may have to do, collected from the slices."""

    listeners: Mapping[str, Mapping[str, Handler]]
    periodic: tuple[Periodic, ...]
    schedule: sa.Table

    @classmethod
    def of(cls, slices: Iterable[Slice], schedule: sa.Table) -> "Work":
        """Collect listeners (kind → slice name → handler) and periodic work."""
        listeners: dict[str, dict[str, Handler]] = {}
        periodic: list[Periodic] = []
        for one in slices:
            periodic.extend(one.periodic)
            for kind, handler in one.handlers.items():
                listeners.setdefault(kind, {})[one.name] = handler
        return cls(listeners, tuple(periodic), schedule)


class Worker:
    """Runs a server's work, one delivery at a time."""

    def __init__(self, app: HasContext, floor: Floor, work: Work) -> None:
        self._app, self._floor, self._work = app, floor, work
        self._stopping = threading.Event()

    def run_forever(self) -> None:
        """Work until `stop` is called from another thread or a signal handler."""
        with self._app.app_context():
            while not self._stopping.is_set():
                if not self._step_safely():
                    self._stopping.wait(POLL_SECONDS)

    def stop(self) -> None:
        """Ask the loop to end after what it is doing now."""
        self._stopping.set()

    def drain(self) -> int:
        """Do everything that is due now, and give how many deliveries that were: for tests and commands."""
        count = 0
        while self.step():
            count += 1
        return count

    def step(self) -> bool:
        """Do one due thing; false when nothing was due."""
        self._run_periodic()
        delivery = self._floor.outbox.take(self._floor.db, clock.now())
        if delivery is None:
            return False
        self._deliver(delivery)
        return True

    def _step_safely(self) -> bool:
        try:
            return self.step()
        except Exception:  # the loop outlives a database that is away for a moment
            log.exception("step_failed")
            return False

    def _deliver(self, delivery: Delivery) -> None:
        kind, _, listener = delivery.kind.partition(_LISTENER)
        listeners = self._work.listeners.get(kind, {})
        if not listener and len(listeners) > 1:
            self._fan_out(delivery, listeners)
            return
        handler = listeners.get(listener) if listener else next(iter(listeners.values()), None)
        if handler is None:
            log.warning("news_without_listener", kind=delivery.kind)
            self._floor.outbox.done(self._floor.db, delivery)
            return
        self._attempt(delivery, handler)

    def _fan_out(self, delivery: Delivery, listeners: Iterable[str]) -> None:
        """Turn one row into one a listener, in one transaction; keyed, so a repeat adds nothing."""
        outbox = self._floor.outbox
        with self._floor.db.writing() as session:
            for name in listeners:
                outbox.emit(
                    session,
                    f"{delivery.kind}{_LISTENER}{name}",
                    delivery.payload,
                    key=f"{delivery.id}:{name}",
                )
            session.execute(sa.delete(outbox.table).where(outbox.table.c.id == delivery.id))

    def _attempt(self, delivery: Delivery, handler: Handler) -> None:
        try:
            handler(delivery, self._floor)
        except Exception as error:
            log.exception(
                "delivery_failed", kind=delivery.kind, delivery=str(delivery.id), attempt=delivery.attempt
            )
            self._floor.outbox.failed(self._floor.db, delivery, type(error).__name__, clock.now())
            return
        self._floor.outbox.done(self._floor.db, delivery)

    def _run_periodic(self) -> None:
        for one in self._due_periodic():
            self._run_one(one)

    def _run_one(self, one: Periodic) -> None:
        log.info("periodic", name=one.name)
        try:
            one.run(self._floor)
        except Exception:  # one slice's failure keeps no other's work from its time
            log.exception("periodic_failed", name=one.name)

    def _due_periodic(self) -> list[Periodic]:
        if not self._work.periodic:
            return []
        now, table = clock.now(), self._work.schedule
        with self._floor.db.reading() as session:
            due = {row.name: row.due_at for row in session.execute(sa.select(table))}
        candidates = [p for p in self._work.periodic if p.name not in due or due[p.name] <= now]
        if not candidates:
            return []
        with self._floor.db.writing() as session:
            return [p for p in candidates if self._claim_period(session, p)]

    def _claim_period(self, session: Session, one: Periodic) -> bool:
        now, table = clock.now(), self._work.schedule
        insert_once(session, table, {"name": one.name, "due_at": now}, conflict=["name"])
        taken = sa.update(table).where(table.c.name == one.name, table.c.due_at <= now)
        return claim(session, taken.values(due_at=now + timedelta(seconds=one.every_seconds)))
