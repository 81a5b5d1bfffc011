"""The stage of the benchmarks: a window with 240 served districts and a hundred thousand reports."""

import os
import platform
import sqlite3
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import NoReturn, cast

import sqlalchemy as sa
from flask import Flask

from bench.world import CITIES, authorities_toml, territory_files
from idp.kernel.ground import clock
from idp.kernel.ground.ids import UUID, new_id
from idp.kernel.storage.migrations import migrate
from idp.kernel.work.floor import Floor
from widget_server.app import create_app
from widget_server.partners import PartnerDraft, save_partner
from widget_server.problems import State
from widget_server.problems.cells import cell_at
from widget_server.problems.models import HistoryEntry, Problem, Reporter
from widget_server.problems.service import queue_rank
from widget_server.problems.states import OPEN
from widget_server.routing import load_routing, shipped_catalogue
from widget_server.settings import WindowSettings
from widget_server.territories import TerritoryIndexes, load_territories

SECRET = "only-for-benchmarks-" + "x" * 40
REPORTS = int(os.environ.get("BENCH_REPORTS", "100000"))
PARTNER = "bench"
_ROWS_A_STATEMENT = 2000
_STATES = {
    State.FIXED: 60,
    State.REFUSED: 8,
    State.CLOSED: 8,
    State.SENT: 12,
    State.IN_WORK: 8,
    State.ANSWERED: 4,
}


@dataclass(frozen=True)
class Stage:
    """A filled window: its app, its settings for another process, what it runs on."""

    engine: str
    app: Flask
    floor: Floor
    environment: dict[str, str]
    partner_id: UUID


def engines() -> list[str]:
    """Give the engines at hand: PostgreSQL when `./run bench` has found one."""
    return ["sqlite", "postgresql"] if os.environ.get("TEST_POSTGRES_URL") else ["sqlite"]


@contextmanager
def stage(
    engine: str, *, public_url: str = "http://127.0.0.1:8000", reports: int = REPORTS
) -> Iterator[Stage]:
    """Give a window on an engine with districts, services and reports; all of it is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        environment = _environment(fresh_database(engine, folder), folder, public_url)
        app = _app(environment)
        migrate(app)
        floor = cast(Floor, app.extensions["floor"])
        with app.app_context():
            partner_id = _found(floor)
            _fill(floor, partner_id, reports)
            yield Stage(engine, app, floor, environment, partner_id)
            floor.db.engine.dispose()


def fresh_database(engine: str, folder: str) -> str:
    """Give the address of an empty database on an engine."""
    if engine == "sqlite":
        return f"sqlite:///{folder}/widget.sqlite"
    server = sa.make_url(os.environ["TEST_POSTGRES_URL"])
    maintenance = sa.create_engine(server, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with maintenance.connect() as connection:
        connection.exec_driver_sql("DROP DATABASE IF EXISTS bench WITH (FORCE)")
        connection.exec_driver_sql("CREATE DATABASE bench")
    return server.set(database="bench").render_as_string(hide_password=False)


def _environment(database_url: str, folder: str, public_url: str) -> dict[str, str]:
    return {
        "WIDGET_SECRET_KEY": SECRET,
        "WIDGET_DATABASE_URL": database_url,
        "WIDGET_DATA_DIR": folder,
        "WIDGET_PUBLIC_URL": public_url,
        "WIDGET_ALLOW_PLAIN_HTTP": "true",
        "WIDGET_ISSUER": "http://127.0.0.1:8001",
        "WIDGET_MAIL__FOLDER": f"{folder}/mail",
    }


def _app(environment: dict[str, str]) -> Flask:
    os.environ.update(environment)
    return create_app(WindowSettings())


def _found(floor: Floor) -> UUID:
    """Load districts, a service for each, and the partner."""
    now = clock.now()
    with floor.db.writing() as session:
        for data, fields, source in territory_files():
            load_territories(session, data, fields=fields, source=source, now=now)
        draft = PartnerDraft(PARTNER, "Замер", "Bench", ["https://bench.example"], lon=37.6, lat=55.7)
        partner_id = save_partner(session, draft, now=now).id
    with floor.db.writing() as session:
        index = TerritoryIndexes().current(session)
        load_routing(
            session, authorities_toml(index), catalogue=shipped_catalogue(), index=index,
            source="bench", now=now,
        )  # fmt: skip
    return partner_id


def _fill(floor: Floor, partner_id: UUID, count: int) -> None:
    """Write reports in bulk: two years of them, a quarter open, dense around hot spots of the cities."""
    chance, rows = Random(2026), _Rows(partner_id)
    with floor.db.writing() as session:
        for start in range(0, count, _ROWS_A_STATEMENT):
            part = [rows.of(number, chance) for number in range(start, min(count, start + _ROWS_A_STATEMENT))]
            for position, model in enumerate((Reporter, Problem, HistoryEntry)):
                session.execute(sa.insert(model), [three[position] for three in part])
    _analyze(floor)


def _analyze(floor: Floor) -> None:
    """Let the engine count its rows, as its own housekeeping would have done by then."""
    with floor.db.writing() as session:
        session.execute(sa.text("ANALYZE"))


class _Rows:
    """Makes the three rows of a report."""

    def __init__(self, partner_id: UUID) -> None:
        self._partner_id, self._now = partner_id, clock.now()
        self._names = [column.name for column in Problem.__table__.columns]
        self._categories = [c.code for c in shipped_catalogue().categories if c.visibility == "public"]
        spots = Random(1)
        self._spots = [spot(spots) for _ in range(400)]

    def of(self, number: int, chance: Random) -> tuple[dict[str, object], ...]:
        """Give reporter, problem and history line as columns."""
        created_at = self._now - timedelta(minutes=chance.uniform(1, 2 * 365 * 1440))
        reporter_id = new_id()
        problem = self._problem(number, reporter_id, created_at, chance)
        reporter = {
            "id": reporter_id, "sub": "", "email": f"p{number}@example.org", "name": "Вера",
            "is_name_public": False, "language": "ru", "created_at": created_at, "confirmed_at": created_at,
        }  # fmt: skip
        line = {
            "id": new_id(), "problem_id": problem.id, "at": created_at, "actor": "reporter", "actor_sub": "",
            "action": "report", "state": problem.state, "text": "",
        }  # fmt: skip
        return reporter, {name: getattr(problem, name) for name in self._names}, line

    def _problem(self, number: int, reporter_id: UUID, created_at: object, chance: Random) -> Problem:
        lon, lat = spot(chance)
        if chance.random() < 0.4:
            lon, lat = (middle + chance.gauss(0, 0.002) for middle in chance.choice(self._spots))
        state = chance.choices(list(_STATES), list(_STATES.values()))[0]
        problem = Problem(
            id=new_id(), number=f"77-{number // 10000:04d}-{number % 10000:04d}", region="77",
            partner_id=self._partner_id, reporter_id=reporter_id, category=chance.choice(self._categories),
            state=state.value, is_open=state in OPEN, is_public=True, territory_code="",
            service_code="bench-1",
            lon=lon, lat=lat, cell=cell_at(lon=lon, lat=lat), address="улица Ленина, 5",
            description="Глубокая яма на переходе, машины объезжают по тротуару.", answers={}, language="ru",
            level=1, created_at=created_at, sent_at=created_at, clock_rules={"answer": None, "fix": None},
            closed_at=None if state in OPEN else self._now,
        )  # fmt: skip
        problem.queue_rank = queue_rank(problem, self._now)
        return problem


def spot(chance: Random) -> tuple[float, float]:
    """Give a random place of a random city, as lon, lat."""
    west, south, east, north = chance.choice(CITIES)
    return chance.uniform(west, east), chance.uniform(south, north)


def percentile(values: Sequence[float], share: float) -> float:
    """Give the value that `share` of all do not pass (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))]


def per_engine(measure: Callable[[str], None]) -> None:
    """Run a measurement on each engine at hand."""
    for engine in engines():
        measure(engine)


def describe(columns: str) -> None:
    """Print what a run depends on, and the head of its table."""
    load = os.getloadavg()[0]
    print(f"{os.cpu_count()} processors, Python {platform.python_version()}, ", end="")
    print(f"SQLite {sqlite3.sqlite_version}, load average {load:.1f} at the start\n")
    print(f"| {columns} |\n|{'---|' * (columns.count('|') + 1)}", flush=True)


def silence() -> None:
    """Send the lines of the log to nowhere: writing them belongs to serving, showing them does not."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)


def fail(text: str) -> NoReturn:
    """End the program with what went wrong, where it can be read though the log cannot."""
    print(text)
    raise SystemExit(1)
