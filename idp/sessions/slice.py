"""Registration of the sessions."""

from datetime import timedelta

from idp.kernel.ground import clock
from idp.kernel.storage.batches import in_batches
from idp.kernel.work.floor import Floor
from idp.kernel.work.slices import Periodic, Slice

from .service import forget_old_sessions
from .visits import forget_old_visits

_HOUR_SECONDS = 3600
_KEPT = timedelta(days=60)  # longer than the grants and codes that point at a session


def _forget(floor: Floor) -> None:
    now = clock.now()
    in_batches(floor.db, lambda session: forget_old_visits(session, now=now))
    in_batches(floor.db, lambda session: forget_old_sessions(session, before=now - _KEPT))


SLICE = Slice(name="sessions", periodic=[Periodic("sessions.forget", _HOUR_SECONDS, _forget)])
