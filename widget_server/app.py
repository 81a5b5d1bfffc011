"""The window's application: frames, API, consoles and the civic services behind them."""

from pathlib import Path

from flask_openapi3 import Info, OpenAPI

from idp.kernel.application.factory import ServerPlan, equip
from idp.kernel.ground.settings import load
from widget_assets import BUILT

from .api.routes_api import answer_invalid
from .database import db, tables
from .settings import WindowSettings
from .slices import SLICES

PLAN = ServerPlan(folder=Path(__file__).resolve().parent, db=db, tables=tables, slices=SLICES, assets=BUILT)


def create_app(settings: WindowSettings | None = None) -> OpenAPI:
    """Build the window from its settings; reads them from the environment when none are given."""
    app = OpenAPI(
        __name__,
        info=Info(title="iGrajdanin", version="1"),
        doc_prefix="/api",
        static_folder=None,
        validation_error_callback=answer_invalid,
    )
    equip(app, settings or load(WindowSettings), PLAN)
    return app
