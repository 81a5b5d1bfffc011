"""Registration of the tokens."""

from datetime import timedelta

from idp.kernel.ground import clock
from idp.kernel.storage.batches import in_batches
from idp.kernel.work.floor import Floor
from idp.kernel.work.slices import Periodic, Slice
from idp.settings import settings_of

from .routes_api import blueprint
from .routes_subjects import prepare
from .service import forget_old_grants, forget_old_revocations

_DAY_SECONDS = 24 * 3600


def _forget(floor: Floor) -> None:
    """Forget what no session can still refer to: who has signed in where is told when a session ends."""
    kept = timedelta(days=settings_of(floor).session_absolute_days)
    before = clock.now() - kept
    in_batches(floor.db, lambda session: forget_old_grants(session, before=before))
    in_batches(floor.db, lambda session: forget_old_revocations(session, before=before))


SLICE = Slice(
    name="tokens",
    blueprints=(blueprint,),
    periodic=[Periodic("tokens.forget_grants", _DAY_SECONDS, _forget)],
    prepare=prepare,
)
