"""Brings both databases to the newest revision, fills them at the first start, registers the sites.

Filling is many transactions, so a file marks that it is under way: after a kill in the middle the next
start begins again from empty databases instead of from half a demo.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from typing import cast

from flask import Flask

import idp.app
import widget_server.app
from idp.kernel.storage.migrations import migrate
from idp.kernel.work.floor import Floor

from .plan import Plan
from .register import register_sites
from .revisions import keep_revisions, require_same_revisions
from .seed import seed
from .vault import Vault


def prepare(plan: Plan, vault: Vault) -> None:
    """Migrate, and seed once; leaves no connection open, because the web server forks."""
    require_same_revisions(plan)
    under_way = plan.folder / "seeding"
    is_new = under_way.exists() or not (plan.folder / "idp.sqlite").exists()
    if is_new:
        under_way.touch()
        _forget_half_made(plan)
    with _servers() as (provider, window):
        migrate(provider)
        migrate(window)
        register_sites(plan, vault, idp=provider, widget=window)
    if is_new:
        print("Наполняю демо: люди, партнёры, сообщения. Это один раз.", flush=True)
        _seed_apart(vault)
    keep_revisions(plan)
    under_way.unlink(missing_ok=True)


def fill(vault: Vault) -> None:
    """Seed both servers; ends the process without a word at Ctrl-C, which its parent hears too."""
    try:
        with _servers() as (provider, window):
            seed(vault, idp=provider, widget=window)
    except KeyboardInterrupt:
        raise SystemExit(1) from None


def _seed_apart(vault: Vault) -> None:
    """Seed in a process of its own.

    Seeding keeps photos, and the store of files then has threads that the web server's fork would not
    take along: the first photo of a volunteer would wait for them forever.
    """
    filling = get_context("spawn").Process(target=fill, args=(vault,))
    filling.start()
    filling.join()
    if filling.exitcode:
        raise SystemExit(filling.exitcode)


@contextmanager
def _servers() -> Iterator[tuple[Flask, Flask]]:
    apps = idp.app.create_app(), widget_server.app.create_app()
    yield apps
    for app in apps:
        with app.app_context():
            cast(Floor, app.extensions["floor"]).db.engine.dispose()


def _forget_half_made(plan: Plan) -> None:
    for name in ("idp", "widget"):
        for path in plan.folder.glob(f"{name}.sqlite*"):
            path.unlink()
