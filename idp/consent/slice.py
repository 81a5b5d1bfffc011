"""Registration of the consent."""

from idp.kernel.work.slices import Slice

from .routes_pages import blueprint

SLICE = Slice(name="consent", blueprints=(blueprint,))
