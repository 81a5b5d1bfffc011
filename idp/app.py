"""The provider's application: accounts, sign-in, consent and the protocol endpoints."""

from pathlib import Path

from flask import Flask

from idp.kernel.application.factory import ServerPlan, equip
from idp.kernel.ground.settings import load
from widget_assets import BUILT

from .database import db, tables
from .settings import ProviderSettings
from .slices import SLICES

PLAN = ServerPlan(folder=Path(__file__).resolve().parent, db=db, tables=tables, slices=SLICES, assets=BUILT)


def create_app(settings: ProviderSettings | None = None) -> Flask:
    """Build the provider from its settings; reads them from the environment when none are given."""
    app = Flask(__name__, static_folder=None)
    return equip(app, settings or load(ProviderSettings), PLAN)
