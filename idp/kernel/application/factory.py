"""The application factory both servers share: one table of contents of what an app consists of."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import cast

import orjson
from flask import Flask, Request, Response, jsonify
from flask.json.provider import DefaultJSONProvider
from flask.sessions import SessionInterface
from jinja2 import ChoiceLoader, FileSystemLoader
from werkzeug.middleware.proxy_fix import ProxyFix

from ..crypto.capabilities import Capabilities
from ..crypto.envelope import Envelope
from ..ground import clock
from ..ground.settings import KernelSettings
from ..outside.http import FetchPolicy, GuardedHttp
from ..outside.mail import make_mailer
from ..outside.sms import make_sender
from ..storage.batches import in_batches
from ..storage.database import Database
from ..storage.files import FolderFiles
from ..web import csrf, i18n
from ..web.assets import register_assets
from ..web.bodies import register_bodies
from ..web.faults import register_faults
from ..web.limits import register_limits
from ..web.logs import configure_logs, register_logs
from ..web.surface import add_security_headers
from ..work.floor import Floor
from ..work.slices import Periodic, Slice
from ..work.worker import Work, Worker
from .tables import FloorTables

_KERNEL = Path(__file__).resolve().parent.parent
LARGEST_REQUEST_BYTES = 30 * 1024 * 1024
LARGEST_FIELD_BYTES = 256 * 1024
MOST_FORM_PARTS = 200
_HOURLY = int(timedelta(hours=1).total_seconds())


@dataclass(frozen=True)
class ServerPlan:
    """What a server is made of: its package folder, database, floor tables, slices, built assets."""

    folder: Path
    db: Database
    tables: FloorTables
    slices: Sequence[Slice]
    assets: Path


class OrjsonProvider(DefaultJSONProvider):
    """JSON by orjson: ten times faster on lists, and it refuses NaN and lone surrogates."""

    def dumps(self, obj: object, **kwargs: object) -> str:
        """Give the JSON text of a value."""
        return orjson.dumps(obj, default=self.default, option=orjson.OPT_NON_STR_KEYS).decode()

    def loads(self, s: str | bytes, **kwargs: object) -> object:
        """Read JSON; raises ValueError."""
        return cast(object, orjson.loads(s))


class NoCookieSession(SessionInterface):
    """Flask's own session is not used: nothing is read from its cookie and none is sent."""

    def open_session(self, app: Flask, request: Request) -> None:
        """Give nothing, upon which touching the session is an error."""


def equip(app: Flask, settings: KernelSettings, plan: ServerPlan) -> Flask:
    """Turn a bare Flask app into one of our servers."""
    configure_logs(settings.log_format)
    _configure(app, settings)
    plan.db.init_app(app)
    app.extensions["migrations"] = plan.folder / "migrations"
    app.extensions["floor"] = build_floor(settings, plan)
    app.extensions["tables"] = plan.tables
    _register_web(app, plan)
    for one in plan.slices:
        _register_slice(app, one)
    app.extensions["worker"] = Worker(app, app.extensions["floor"], _work(plan))
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=0, x_port=0)  # type: ignore[method-assign]  # Flask's documented way
    return app


def build_floor(settings: KernelSettings, plan: ServerPlan) -> Floor:
    """Build the collaborators from the settings."""
    secrets = [s.get_secret_value() for s in (settings.secret_key, *settings.secret_key_fallbacks)]
    own_host = frozenset({settings.host.partition(":")[0]})
    http = GuardedHttp(
        settings.operator_hosts,
        policy=FetchPolicy(refused_hosts=own_host),
        authority=settings.operator_authority,
    )
    return Floor(
        settings=settings,
        db=plan.db,
        outbox=plan.tables.outbox,
        files=FolderFiles(settings.data_dir / "files"),
        mailer=make_mailer(settings.mail),
        sms=make_sender(settings.sms, http, folder=settings.mail.folder or settings.data_dir / "sms"),
        http=http,
        envelope=Envelope(secrets),
        capabilities=Capabilities(secrets),
    )


def start_worker_thread(app: Flask) -> threading.Thread:
    """Run the app's worker beside its requests: the embedded default."""
    worker = cast(Worker, app.extensions["worker"])
    thread = threading.Thread(target=worker.run_forever, name=f"worker-{app.name}", daemon=True)
    thread.start()
    return thread


def _configure(app: Flask, settings: KernelSettings) -> None:
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    app.json = OrjsonProvider(app)
    app.session_interface = NoCookieSession()
    app.ensure_sync = lambda func: func  # type: ignore[method-assign]  # no view here is a coroutine
    app.url_map.strict_slashes = False
    app.config.update(
        STRICT_TRANSPORT=settings.strict_transport,
        SECRET_KEY=settings.secret_key.get_secret_value(),
        SECRET_KEY_FALLBACKS=[s.get_secret_value() for s in settings.secret_key_fallbacks],
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        TRUSTED_HOSTS=[settings.host.rpartition(":")[0] or settings.host],
        MAX_CONTENT_LENGTH=LARGEST_REQUEST_BYTES,
        MAX_FORM_MEMORY_SIZE=LARGEST_FIELD_BYTES * 4,
        MAX_FORM_PARTS=MOST_FORM_PARTS,
    )


def _register_web(app: Flask, plan: ServerPlan) -> None:
    register_logs(app)
    register_bodies(app)
    register_limits(app)
    i18n.register_i18n(app, [str(plan.folder / "translations"), str(_KERNEL / "translations")])
    register_faults(app)
    register_assets(app, plan.assets)
    app.before_request(csrf.check_csrf)
    app.after_request(csrf.plant_csrf_cookie)
    app.after_request(add_security_headers)
    app.jinja_env.globals.update(csrf_field=csrf.csrf_field)
    app.jinja_loader = _loader(plan)
    app.add_url_rule("/healthz", "healthz", _healthz)


def _loader(plan: ServerPlan) -> ChoiceLoader:
    return ChoiceLoader(
        [FileSystemLoader(plan.folder / "templates"), FileSystemLoader(_KERNEL / "templates")]
    )


def _register_slice(app: Flask, one: Slice) -> None:
    for blueprint in one.blueprints:
        app.register_blueprint(blueprint)
    if one.prepare:
        one.prepare(app)


def _work(plan: ServerPlan) -> Work:
    def forget(floor: Floor) -> None:
        now, tables = clock.now(), plan.tables
        in_batches(floor.db, tables.idempotency.forget_old)
        in_batches(floor.db, lambda session: tables.guards.forget_old(session, now))
        in_batches(floor.db, lambda session: tables.outbox.forget_dead(session, now))

    floor_slice = Slice("floor", periodic=[Periodic("floor.forget", _HOURLY, forget)])
    return Work.of([floor_slice, *plan.slices], plan.tables.schedule)


def _healthz() -> Response:
    return jsonify(status="ready")
