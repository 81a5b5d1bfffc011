"""Registration of the staff's pages and commands."""

from idp.kernel.work.slices import Slice

from .cli import staff
from .routes_clients import sites
from .routes_log import log, rings
from .routes_people import care, people

SLICE = Slice(name="admin", blueprints=(people, care, sites, log, rings), commands=(staff,))
