"""Registration of the sessions."""

from idp.kernel.ground import clock
from idp.kernel.work.floor import Floor
from idp.kernel.work.slices import Periodic, Slice

from .visits import forget_old_visits

_HOUR_SECONDS = 3600


def _forget(floor: Floor) -> None:
    with floor.db.writing() as session:
        forget_old_visits(session, now=clock.now())


SLICE = Slice(name="sessions", periodic=[Periodic("sessions.forget_visits", _HOUR_SECONDS, _forget)])
