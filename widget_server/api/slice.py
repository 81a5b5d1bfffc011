"""Registration of the API; its blueprint is known to the OpenAPI description."""

from typing import cast

from flask import Flask
from flask_openapi3 import OpenAPI

from idp.kernel.work.slices import Slice

from .routes_api import blueprint


def _prepare(app: Flask) -> None:
    cast(OpenAPI, app).register_api(blueprint)


SLICE = Slice("api", prepare=_prepare)
