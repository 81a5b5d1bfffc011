"""Registration of the self-service pages."""

from idp.kernel.work.slices import Slice

from . import routes_pages, routes_security

SLICE = Slice(name="selfservice", blueprints=(routes_pages.blueprint, routes_security.blueprint))
