"""Registration of the self-service pages."""

from idp.kernel.work.slices import Slice

from .routes_pages import blueprint

SLICE = Slice(name="selfservice", blueprints=(blueprint,))
