"""Registration of the passkeys."""

from idp.kernel.ground import clock
from idp.kernel.storage.batches import in_batches
from idp.kernel.work.floor import Floor
from idp.kernel.work.slices import Periodic, Slice

from .challenges import forget_old_challenges

_HOUR_SECONDS = 3600


def _forget(floor: Floor) -> None:
    now = clock.now()
    in_batches(floor.db, lambda session: forget_old_challenges(session, now=now))


SLICE = Slice(name="passkeys", periodic=[Periodic("passkeys.forget_challenges", _HOUR_SECONDS, _forget)])
