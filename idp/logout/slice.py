"""Registration of signing out; sites may send their wish by a form of their own."""

from flask import Flask

from idp.kernel.web.csrf import csrf_exempt
from idp.kernel.work.slices import Slice

from .routes_pages import blueprint


def _prepare(app: Flask) -> None:
    with app.app_context():
        csrf_exempt("logout.end")


SLICE = Slice(name="logout", blueprints=(blueprint,), prepare=_prepare)
