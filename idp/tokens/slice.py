"""Registration of the tokens."""

from datetime import timedelta

from idp.kernel.ground import clock
from idp.kernel.work.floor import Floor
from idp.kernel.work.slices import Periodic, Slice

from .routes_api import blueprint
from .service import forget_old_grants

_DAY_SECONDS = 24 * 3600
_KEPT = timedelta(days=30)


def _forget(floor: Floor) -> None:
    with floor.db.writing() as session:
        forget_old_grants(session, before=clock.now() - _KEPT)


SLICE = Slice(
    name="tokens", blueprints=(blueprint,), periodic=[Periodic("tokens.forget_grants", _DAY_SECONDS, _forget)]
)
