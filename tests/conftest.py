"""The stage of all tests: both servers on both databases, a frozen clock where asked, no foreign sockets.

Each worker makes one database per server and engine, migrated once; a test starts with empty tables.
Letters go to a list, news is delivered when a test says `drain`.
"""

import os
import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import pytest
import sqlalchemy as sa
from flask import Flask, g
from flask.testing import FlaskClient
from hypothesis import HealthCheck, settings

from idp.kernel.ground import clock
from idp.kernel.outside.mail import MemoryMailer
from idp.kernel.outside.sms import MemorySender
from idp.kernel.storage.database import Database
from idp.kernel.storage.migrations import migrate
from idp.kernel.work.floor import Floor
from idp.kernel.work.worker import Worker

POSTGRES = os.environ.get("TEST_POSTGRES_URL", "")
ENGINES = ["sqlite", "postgresql"] if POSTGRES else ["sqlite"]
SECRET = "only-for-tests-" + "x" * 40
IDP_URL = "https://id.igrajdanin.test"
WIDGET_URL = "https://widget.igrajdanin.test"
NOON = datetime(2026, 6, 10, 9, 0, tzinfo=UTC)  # a Wednesday noon in Moscow

# How fast a machine is tells nothing about a property.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


@pytest.fixture(autouse=True)
def _only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reaches beyond this machine."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        host = address[0] if isinstance(address, tuple) else ""
        if (
            self.family in (socket.AF_INET, socket.AF_INET6)
            and not str(host).startswith("127.")
            and host != "::1"
        ):
            raise AssertionError(f"a test reached for {address}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


@pytest.fixture(scope="session", params=ENGINES)
def engine_name(request: pytest.FixtureRequest) -> str:
    """One database engine after the other."""
    return cast(str, request.param)


@pytest.fixture(scope="session")
def database_url(
    engine_name: str, tmp_path_factory: pytest.TempPathFactory, worker_id: str
) -> Callable[[str], str]:
    """Give a fresh database's URL by a name."""

    def url(name: str) -> str:
        if engine_name == "sqlite":
            return f"sqlite:///{tmp_path_factory.mktemp(name)}/{name}.sqlite"
        server = sa.make_url(POSTGRES)
        database = f"{name}_{worker_id}"
        maintenance = sa.create_engine(server, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
        with maintenance.connect() as connection:
            connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')
            connection.exec_driver_sql(f'CREATE DATABASE "{database}"')
        return server.set(database=database).render_as_string(hide_password=False)

    return url


@pytest.fixture(scope="session")
def _widget_session_app(
    database_url: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    from widget_server.app import create_app
    from widget_server.settings import WindowSettings

    folder = tmp_path_factory.mktemp("widget-data")
    app = create_app(
        WindowSettings(
            secret_key=SECRET,
            database_url=database_url("widget"),
            data_dir=folder,
            public_url=WIDGET_URL,
            issuer=IDP_URL,
            mail={"folder": folder / "mail"},
            embedded_worker=False,
        )
    )
    yield from _migrated(app)


@pytest.fixture(scope="session")
def _idp_session_app(
    database_url: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    from idp.app import create_app
    from idp.settings import ProviderSettings

    folder = tmp_path_factory.mktemp("idp-data")
    app = create_app(
        ProviderSettings(
            secret_key=SECRET,
            database_url=database_url("idp"),
            data_dir=folder,
            public_url=IDP_URL,
            api_audience=WIDGET_URL,
            mail={"folder": folder / "mail"},
            embedded_worker=False,
        )
    )
    yield from _migrated(app)


def _migrated(app: Flask) -> Iterator[Flask]:
    migrate(app)
    app.testing = True
    yield app
    with app.app_context():
        cast(Floor, app.extensions["floor"]).db.engine.dispose()


def _fresh(app: Flask) -> Iterator[Flask]:
    """Empty the tables, take a new list for letters, and hand the app out inside its context."""
    original = cast(Floor, app.extensions["floor"])
    floor = replace(original, mailer=MemoryMailer(), sms=MemorySender())
    app.extensions["floor"] = floor
    worker = cast(Worker, app.extensions["worker"])
    worker._floor = floor
    app.extensions["limiter"].storage.reset()
    with app.app_context():
        _empty(floor.db)
        yield app
        floor.db.session.remove()
    app.extensions["floor"] = original


def _empty(db: Database) -> None:
    """Empty every table that holds something: this stands before each of thousands of tests."""
    names = [table.name for table in reversed(db.metadata.sorted_tables)]
    filled = " UNION ALL ".join(f"SELECT '{n}' WHERE EXISTS (SELECT 1 FROM \"{n}\")" for n in names)
    with db.writing() as session:
        connection = session.connection()
        found = {name for (name,) in connection.exec_driver_sql(filled)}
        for name in names:
            if name in found:
                connection.exec_driver_sql(f'DELETE FROM "{name}"')


@pytest.fixture
def widget_app(_widget_session_app: Flask) -> Iterator[Flask]:
    """The window, with empty tables."""
    yield from _fresh(_widget_session_app)


@pytest.fixture
def idp_app(_idp_session_app: Flask) -> Iterator[Flask]:
    """The provider, with empty tables."""
    yield from _fresh(_idp_session_app)


@pytest.fixture
def widget(widget_app: Flask) -> FlaskClient:
    """A browser at the window, by its own name."""
    return _client(widget_app, WIDGET_URL)


@pytest.fixture
def idp(idp_app: Flask) -> FlaskClient:
    """A browser at the provider, by its own name."""
    return _client(idp_app, IDP_URL)


class Browser(FlaskClient):
    """A browser that opens paths of one site, over https."""

    home = ""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        """Ask the site itself unless the test names another one."""
        if args and isinstance(args[0], str):
            kwargs.setdefault("base_url", self.home)
        for name in list(g):  # the test's own context would carry it from one request to the next
            g.pop(name)
        return super().open(*args, **kwargs)


def _client(app: Flask, url: str) -> FlaskClient:
    client = Browser(app, use_cookies=True)
    client.home = url
    return client


@pytest.fixture
def floor(request: pytest.FixtureRequest, engine_name: str) -> Floor:
    """The collaborators of the app that the test asks for (the window unless it asks for the provider)."""
    name = "idp_app" if {"idp", "idp_app"} & set(request.fixturenames) else "widget_app"
    return cast(Floor, request.getfixturevalue(name).extensions["floor"])


@pytest.fixture
def outgoing(floor: Floor) -> list[Any]:
    """The letters sent so far."""
    return cast(MemoryMailer, floor.mailer).sent


@pytest.fixture
def texted(floor: Floor) -> list[Any]:
    """The SMS sent so far."""
    return cast(MemorySender, floor.sms).sent


@pytest.fixture
def drain(request: pytest.FixtureRequest, floor: Floor) -> Callable[[], int]:
    """Deliver all the news that is due."""
    name = "idp_app" if {"idp", "idp_app"} & set(request.fixturenames) else "widget_app"
    return cast(Worker, request.getfixturevalue(name).extensions["worker"]).drain


@pytest.fixture
def frozen() -> Iterator[clock.FrozenClock]:
    """A stopped clock at a plain working day's noon."""
    with clock.frozen(NOON) as stopped:
        yield stopped


@pytest.fixture
def shared_data() -> Path:
    """Real data beside the checkout; what needs it is skipped where it is absent."""
    folder = Path(__file__).resolve().parents[2] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip(f"no folder {folder.name} of real data beside the checkout")
    return folder
