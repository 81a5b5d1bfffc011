"""Registration of the authorization endpoint; foreign forms may post to it, as OpenID Connect asks."""

from flask import Flask

from idp.kernel.web.csrf import csrf_exempt
from idp.kernel.work.slices import Slice

from .routes_pages import blueprint


def _prepare(app: Flask) -> None:
    with app.app_context():
        csrf_exempt("authorize.ask_by_post")


SLICE = Slice(name="authorize", blueprints=(blueprint,), prepare=_prepare)
