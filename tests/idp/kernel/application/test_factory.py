"""An application is what its settings say; its worker starts, works and stops."""

import json
import time
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, jsonify
from sqlalchemy.orm import DeclarativeBase

from idp.kernel.application.factory import ServerPlan, equip, start_worker_thread
from idp.kernel.application.tables import FloorTables
from idp.kernel.ground.settings import KernelSettings
from idp.kernel.outside.guard import FetchRefused
from idp.kernel.outside.mail import FolderMailer, SmtpMailer
from idp.kernel.storage.database import Database, new_metadata
from idp.kernel.work.floor import Floor
from idp.kernel.work.outbox import Delivery
from idp.kernel.work.slices import Periodic, Slice
from widget_assets import BUILT

HOME = "https://server.test"


def server(folder: Path, *slices: Slice, **settings: Any) -> Flask:
    class Model(DeclarativeBase):
        metadata = new_metadata()

    plain: dict[str, Any] = {
        "secret_key": "s" * 40, "database_url": f"sqlite:///{folder}/s.sqlite", "data_dir": folder / "data",
        "public_url": HOME, "mail": {"folder": folder},
    }  # fmt: skip
    db = Database(Model)
    app = equip(
        Flask("server"),
        KernelSettings(**{**plain, **settings}),
        ServerPlan(folder, db, FloorTables(Model.metadata), slices, BUILT),
    )
    with app.app_context():
        db.create_all()
    return app


def floor_of(app: Flask) -> Floor:
    found: Floor = app.extensions["floor"]
    return found


def close(app: Flask) -> None:
    with app.app_context():
        floor_of(app).db.engine.dispose()


def wait_for(heard: list[Any]) -> None:
    until = time.monotonic() + 10
    while not heard and time.monotonic() < until:
        time.sleep(0.01)


def test_worker_thread_delivers_and_stops(tmp_path: Path) -> None:
    heard: list[Delivery] = []
    app = server(tmp_path, Slice("a", handlers={"x": lambda delivery, _floor: heard.append(delivery)}))
    thread = start_worker_thread(app)
    with app.app_context(), floor_of(app).db.writing() as session:
        floor_of(app).outbox.emit(session, "x", {"n": 1})
    wait_for(heard)
    app.extensions["worker"].stop()
    thread.join(5)
    close(app)
    assert [d.payload for d in heard] == [{"n": 1}]
    assert not thread.is_alive()


def test_failing_period_keeps_no_other_waiting(tmp_path: Path) -> None:
    runs: list[int] = []

    def fail(_floor: Floor) -> None:
        raise OSError

    periodic = [Periodic("a.fails", 60, fail), Periodic("a.works", 60, lambda _floor: runs.append(1))]
    app = server(tmp_path, Slice("a", periodic=periodic))
    with app.app_context():
        app.extensions["worker"].drain()
    close(app)
    assert runs == [1]


@pytest.mark.parametrize(
    ("mail", "kind"), [({"folder": "mail"}, FolderMailer), ({"smtp_host": "mx.test"}, SmtpMailer)]
)
def test_mailer_is_what_the_settings_say(tmp_path: Path, mail: dict[str, str], kind: type) -> None:
    app = server(tmp_path, mail=mail)
    close(app)
    assert isinstance(floor_of(app).mailer, kind)


def test_older_secrets_still_open(tmp_path: Path) -> None:
    old = server(tmp_path, secret_key="o" * 40)
    new = server(tmp_path, secret_key="n" * 40, secret_key_fallbacks=("o" * 40,))
    sealed, token = floor_of(old).envelope.seal(b"seed", "p"), floor_of(old).capabilities.mint("p", "1")
    close(old)
    close(new)
    assert floor_of(new).envelope.open(sealed, "p") == b"seed"
    assert floor_of(new).capabilities.fits(token, "p", "1")


def test_own_host_is_never_fetched(tmp_path: Path) -> None:
    app = server(tmp_path)
    close(app)
    with pytest.raises(FetchRefused):
        floor_of(app).http.get("https://server.test/healthz", accept="application/json")


def test_data_folder_is_made_at_the_start(tmp_path: Path) -> None:
    close(server(tmp_path))
    assert (tmp_path / "data").is_dir()


def test_json_refuses_what_is_no_json(tmp_path: Path) -> None:
    app = server(tmp_path)
    app.add_url_rule("/text", view_func=lambda: jsonify(text="Ё", nested={"1": [1.5]}))
    answer = app.test_client().get("/text", base_url=HOME)
    close(app)
    assert json.loads(answer.data) == {"text": "Ё", "nested": {"1": [1.5]}}
    for bad in (
        b"NaN",
        b'{"a": Infinity}',
        b'"\\ud800"',
        b"\xff",
        b"[" * 20_000 + b"]" * 20_000,
        b"{'a': 1}",
    ):
        with pytest.raises(ValueError):
            app.json.loads(bad)


def test_nothing_is_served_under_static(tmp_path: Path) -> None:
    app = server(tmp_path)
    answer = app.test_client().get("/static/x", base_url=HOME)
    close(app)
    assert answer.status_code == 404
