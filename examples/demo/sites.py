"""The one WSGI application that the web server loads: every site of the demo by its host name."""

import atexit
import os
import sys
import time
from collections.abc import Iterable
from multiprocessing.util import Finalize
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, cast

from flask import Flask

from idp.kernel.application.dispatcher import HostDispatcher, load_applications
from idp.kernel.application.factory import start_worker_thread
from idp.kernel.work.floor import Floor
from idp.kernel.work.worker import Worker

from .loopback import resolve_loopback_names
from .plan import DOBRO, GOROD, IDP, KNIGA, LOOPBACK_DOMAIN, MAILBOX, WIDGET, Plan, current_plan
from .vault import open_vault
from .welcome import welcome

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

ROOT = Path(__file__).resolve().parents[2]
TARGETS = {
    IDP: "idp.app:create_app",
    WIDGET: "widget_server.app:create_app",
    DOBRO: "examples.dobro.app:create_app",
    GOROD: "examples.gorod.app:create_app",
    KNIGA: "examples.relying_party.app:create_app",
    MAILBOX: "examples.mailbox.app:create_app",
}
DOCUMENTS = {f"/{path.name}": path for path in (ROOT / "docs" / "identity").glob("*.md")}
WORKERS_END_WITHIN_SECONDS = 1.0


def create_sites() -> HostDispatcher:
    """Build all sites, start the servers' workers, and greet the person at the terminal."""
    plan = current_plan()
    if plan.domain == LOOPBACK_DOMAIN:
        resolve_loopback_names()
    sites = load_applications({plan.host(site): target for site, target in TARGETS.items()})
    _start_workers(app for app in sites.values() if isinstance(app, Flask))
    print(welcome(plan, open_vault(plan.folder)), flush=True)
    _write_lines_to(plan)
    return HostDispatcher({**sites, **_doorstep(plan)})


def _start_workers(apps: Iterable[Flask]) -> None:
    started = [
        (cast(Worker, app.extensions["worker"]), start_worker_thread(app))
        for app in apps
        if "worker" in app.extensions and cast(Floor, app.extensions["floor"]).settings.embedded_worker
    ]
    # A process made by multiprocessing ends without atexit; one that was not, without finalizers.
    Finalize(None, _stop, args=(started,), exitpriority=0)
    atexit.register(_stop, started)


def _stop(started: list[tuple[Worker, Thread]]) -> None:
    for worker, _ in started:
        worker.stop()
    until = time.monotonic() + WORKERS_END_WITHIN_SECONDS
    for _, thread in started:
        thread.join(max(0.0, until - time.monotonic()))


def _write_lines_to(plan: Plan) -> None:
    """Send log lines to a file from here on: what is wrong before is still said in the terminal."""
    sys.stderr.flush()
    with plan.log_file.open("w") as file:
        os.dup2(file.fileno(), 2)


def _doorstep(plan: Plan) -> "dict[str, WSGIApplication]":
    """Lead who types the bare name or address to the first partner's site; show partners their documents."""

    def lead(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path == "/healthz":
            start_response("200 OK", [("Content-Type", "application/json")])
            return [b'{"status": "ready"}']
        if path in DOCUMENTS:
            start_response("200 OK", [("Content-Type", "text/plain; charset=utf-8")])
            return [DOCUMENTS[path].read_bytes()]
        start_response("302 Found", [("Location", plan.url(DOBRO) + "/"), ("Content-Length", "0")])
        return []

    return {plan.domain: lead, "127.0.0.1": lead}
