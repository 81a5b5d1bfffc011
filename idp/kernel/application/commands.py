"""The command line both servers share: one command a slice, and what every server needs.

A server's `cli.py` calls `run_commands` with its own factory; slices bring their groups.
"""

import signal
from collections.abc import Callable, Sequence
from types import FrameType
from typing import cast

import click
from flask import Flask
from granian import Granian
from granian.constants import Interfaces

from ..work.floor import Floor
from ..work.slices import Slice
from ..work.worker import Worker
from .dispatcher import load_applications
from .factory import start_worker_thread

THREADS = 32
"""Of them, those that wait for a password's hash do nothing; the others must be enough for all else."""


def run_commands(name: str, target: str, factory: Callable[[], Flask], slices: Sequence[Slice]) -> None:
    """Run the command line of a server; commands of slices get the floor as their object."""
    group = click.Group(name, help=f"Commands of {name}.")
    for command in (
        *_server_commands(target, factory),
        *(_with_floor(c, factory) for s in slices for c in s.commands),
    ):
        group.add_command(command)
    group()


def _with_floor(command: click.Command, factory: Callable[[], Flask]) -> click.Command:
    """Run a slice's command inside the app's context, with the floor as its object."""
    invoke = command.invoke

    def invoke_in_app(context: click.Context) -> object:
        app = factory()
        context.obj = app.extensions["floor"]
        with app.app_context():
            return cast(object, invoke(context))

    command.invoke = invoke_in_app  # type: ignore[method-assign,assignment]  # click has no hook around a group's invoke
    return command


def _server_commands(target: str, factory: Callable[[], Flask]) -> list[click.Command]:
    @click.command("migrate")
    def migrate_command() -> None:
        """Bring the database to the newest revision."""
        from ..storage.migrations import migrate  # a server at work needs no Alembic

        migrate(factory())

    @click.command("revision")
    def revision_command() -> None:
        """Show the revision the database is at."""
        from ..storage.migrations import show_revision

        show_revision(factory())

    @click.command("worker")
    def worker_command() -> None:
        """Deliver what the outbox holds, until stopped by a signal."""
        _run_worker(cast(Worker, factory().extensions["worker"]))

    @click.command("serve")
    @click.option("--address", default="127.0.0.1", show_default=True)
    @click.option("--port", default=8000, show_default=True)
    @click.option("--workers", default=1, show_default=True)
    @click.option("--threads", default=THREADS, show_default=True)
    def serve_command(address: str, port: int, workers: int, threads: int) -> None:
        """Serve this server alone; migrations are run before, by hand or by the deployment."""
        server = Granian(
            target, address=address, port=port, interface=Interfaces.WSGI, factory=True,
            workers=workers, blocking_threads=threads,
        )  # fmt: skip
        server.serve(target_loader=load_served)

    return [migrate_command, revision_command, worker_command, serve_command]


def load_served(target: str) -> Flask:
    """Build the application a serving process hands requests to, with its worker unless one runs apart."""
    app = cast(Flask, load_applications({"": target})[""])
    if cast(Floor, app.extensions["floor"]).settings.embedded_worker:
        start_worker_thread(app)
    return app


def _run_worker(worker: Worker) -> None:
    def stop(_signal: int, _frame: FrameType | None) -> None:
        worker.stop()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    worker.run_forever()
