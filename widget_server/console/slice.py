"""Registration of the console."""

from idp.kernel.work.slices import Slice
from widget_server.console.routes_person import blueprint as person
from widget_server.console.routes_staff import blueprint as console

SLICE = Slice(name="console", blueprints=(console, person))
