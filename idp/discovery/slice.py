"""Registration of discovery."""

from idp.kernel.work.slices import Slice

from .routes_api import blueprint

SLICE = Slice(name="discovery", blueprints=(blueprint,))
