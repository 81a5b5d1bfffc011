"""Registration of the grants."""

from datetime import timedelta

from idp.kernel.ground import clock
from idp.kernel.storage.batches import in_batches
from idp.kernel.work.floor import Floor
from idp.kernel.work.slices import Periodic, Slice

from .authorization_code import forget_old_codes
from .routes_api import blueprint

_HOUR_SECONDS = 3600
_KEPT = timedelta(days=1)


def _forget(floor: Floor) -> None:
    before = clock.now() - _KEPT
    in_batches(floor.db, lambda session: forget_old_codes(session, before=before))


SLICE = Slice(
    name="grants", blueprints=(blueprint,), periodic=[Periodic("grants.forget_codes", _HOUR_SECONDS, _forget)]
)
