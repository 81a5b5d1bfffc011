"""Registration of the clients."""

from datetime import timedelta

from idp.kernel.ground import clock
from idp.kernel.storage.batches import in_batches
from idp.kernel.work.floor import Floor
from idp.kernel.work.slices import Periodic, Slice

from .assertions import forget_used_assertions
from .cli import clients

_EVERY_SECONDS = 600
_KEPT = timedelta(minutes=5)


def _forget(floor: Floor) -> None:
    now = clock.now()
    in_batches(floor.db, lambda session: forget_used_assertions(session, before=now - _KEPT))


SLICE = Slice(
    name="clients",
    commands=(clients,),
    periodic=[Periodic("clients.forget_assertions", _EVERY_SECONDS, _forget)],
)
