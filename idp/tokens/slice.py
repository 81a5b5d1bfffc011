"""Registration of the tokens."""

from datetime import timedelta

from idp.kernel.ground import clock
from idp.kernel.work.floor import Floor
from idp.kernel.work.slices import Periodic, Slice
from idp.settings import settings_of

from .routes_api import blueprint
from .routes_subjects import prepare
from .service import forget_old_grants

_DAY_SECONDS = 24 * 3600


def _forget(floor: Floor) -> None:
    """Forget what no session can still refer to: who has signed in where is told when a session ends."""
    kept = timedelta(days=settings_of(floor).session_absolute_days)
    with floor.db.writing() as session:
        forget_old_grants(session, before=clock.now() - kept)


SLICE = Slice(
    name="tokens",
    blueprints=(blueprint,),
    periodic=[Periodic("tokens.forget_grants", _DAY_SECONDS, _forget)],
    prepare=prepare,
)
