"""Registration of the registration: its endpoints, its commands, and what it forgets."""

from idp.kernel.ground import clock
from idp.kernel.work.floor import Floor
from idp.kernel.work.slices import Periodic, Slice

from .cli import registration_tokens
from .routes_api import blueprint
from .service import forget_old_tokens

_DAY_SECONDS = 24 * 3600


def _forget(floor: Floor) -> None:
    with floor.db.writing() as session:
        forget_old_tokens(session, now=clock.now())


SLICE = Slice(
    name="registration",
    blueprints=(blueprint,),
    commands=(registration_tokens,),
    periodic=[Periodic("registration.forget_tokens", _DAY_SECONDS, _forget)],
)
