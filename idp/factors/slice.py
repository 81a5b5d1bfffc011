"""Registration of the factors."""

from idp.kernel.ground import clock
from idp.kernel.storage.batches import in_batches
from idp.kernel.work.floor import Floor
from idp.kernel.work.slices import Periodic, Slice

from .devices import forget_old_devices

_DAY_SECONDS = 24 * 3600


def _forget(floor: Floor) -> None:
    now = clock.now()
    in_batches(floor.db, lambda session: forget_old_devices(session, now=now))


SLICE = Slice(name="factors", periodic=[Periodic("factors.forget_devices", _DAY_SECONDS, _forget)])
