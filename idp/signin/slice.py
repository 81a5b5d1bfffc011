"""Registration of the sign-in chain."""

from idp.kernel.ground import clock
from idp.kernel.storage.batches import in_batches
from idp.kernel.work.floor import Floor
from idp.kernel.work.slices import Periodic, Slice

from . import routes_codes, routes_factor, routes_links, routes_pages, routes_passkey, routes_steps
from .pending import forget_old_pending

_HOUR_SECONDS = 3600
_ROUTES = (routes_pages, routes_codes, routes_links, routes_factor, routes_passkey, routes_steps)


def _forget(floor: Floor) -> None:
    now = clock.now()
    in_batches(floor.db, lambda session: forget_old_pending(session, now=now))


SLICE = Slice(
    name="signin",
    blueprints=[routes.blueprint for routes in _ROUTES],
    periodic=[Periodic("signin.forget_pending", _HOUR_SECONDS, _forget)],
)
