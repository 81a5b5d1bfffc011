"""A server of its own for the web floor: one route of each surface, and routes that fail on purpose."""

from collections.abc import Iterator
from typing import Any, cast

import pytest
from flask import Blueprint, Flask, Response, jsonify, render_template_string, request
from flask.testing import FlaskClient
from sqlalchemy.orm import DeclarativeBase

from idp.kernel.application.factory import ServerPlan, equip
from idp.kernel.application.tables import FloorTables
from idp.kernel.ground.faults import FieldFault, Gone, Invalid, TooMany
from idp.kernel.ground.settings import KernelSettings
from idp.kernel.storage.database import Database, new_metadata
from idp.kernel.web.i18n import gettext, set_language
from idp.kernel.web.limits import check_limit, peer
from idp.kernel.web.surface import Surface, allow_framing_by, surface
from idp.kernel.work.floor import Floor
from idp.kernel.work.slices import Slice
from widget_assets import BUILT

HOME = "https://stage.test"
SECRET_CAUSE = "the cellar key is under the mat"
FORM = "<form method=post>{{ csrf_field() }}</form>"
_SURFACES = {
    "page": Surface.PAGE, "popup": Surface.POPUP, "frame": Surface.FRAME, "capability": Surface.CAPABILITY,
}  # fmt: skip


class Home(FlaskClient):
    """A browser at the stage, over https."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        """Ask the stage itself unless the test names another host."""
        if args and isinstance(args[0], str):
            kwargs.setdefault("base_url", HOME)
        return super().open(*args, **kwargs)


@pytest.fixture(scope="session")
def _stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    app = make_stage(tmp_path_factory.mktemp("stage"))
    yield app
    with app.app_context():
        cast(Floor, app.extensions["floor"]).db.engine.dispose()


@pytest.fixture
def stage(_stage: Flask) -> Flask:
    """The server, with fresh counters."""
    _stage.extensions["limiter"].storage.reset()
    return _stage


@pytest.fixture
def browser(stage: Flask) -> FlaskClient:
    """A browser without cookies yet."""
    return Home(stage, use_cookies=True)


def make_stage(folder: Any, **settings: Any) -> Flask:
    """Build the server; settings override the plain ones."""

    class Model(DeclarativeBase):
        metadata = new_metadata()

    plain: dict[str, Any] = {
        "secret_key": "s" * 40, "database_url": f"sqlite:///{folder}/stage.sqlite", "data_dir": folder,
        "public_url": HOME, "mail": {"folder": folder},
    }  # fmt: skip
    blueprints = [_people(name, kind) for name, kind in _SURFACES.items()]
    plan = ServerPlan(
        folder, Database(Model), FloorTables(Model.metadata),
        [Slice("stage", blueprints=[*blueprints, _programs()])], BUILT,
    )  # fmt: skip
    app = equip(Flask("stage"), KernelSettings(**{**plain, **settings}), plan)
    app.extensions["blueprints_of_stage"] = blueprints
    return app


def _people(name: str, kind: Surface) -> Blueprint:
    blueprint = surface(Blueprint(name, __name__), kind)

    @blueprint.get(f"/{name}")
    def show() -> str:
        if kind is Surface.FRAME:
            allow_framing_by(request.args.getlist("by"))
        return render_template_string(FORM)

    @blueprint.post(f"/{name}")
    def take() -> str:
        return "taken"

    @blueprint.get(f"/{name}/boom/<secret>")
    def boom(secret: str) -> str:
        raise RuntimeError(SECRET_CAUSE)

    @blueprint.get(f"/{name}/gone")
    def gone() -> str:
        raise Gone

    return blueprint


def _programs() -> Blueprint:
    blueprint = surface(Blueprint("programs", __name__, url_prefix="/api/v1"), Surface.API)

    @blueprint.get("/peer")
    def tell_peer() -> Response:
        return jsonify(peer=peer(), scheme=request.scheme)

    @blueprint.get("/limited")
    def limited() -> Response:
        check_limit("limited", "2/minute", peer())
        return jsonify(ok=True)

    @blueprint.get("/boom")
    def boom() -> Response:
        raise RuntimeError(SECRET_CAUSE)

    @blueprint.get("/invalid")
    def invalid() -> Response:
        raise Invalid(fields=[FieldFault("name", "Please sign in"), FieldFault("age", "Please sign in")])

    @blueprint.get("/wait")
    def wait() -> Response:
        raise TooMany(retry_after_seconds=7)

    @blueprint.get("/late-language")
    def late_language() -> Response:
        first = gettext("Please sign in")
        set_language("en")
        return jsonify(first=first, second=gettext("Please sign in"))

    @blueprint.post("/bytes")
    def count_bytes() -> Response:
        return jsonify(fields=len(request.form))

    return blueprint
