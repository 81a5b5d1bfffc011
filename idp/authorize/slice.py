"""Registration of the authorization endpoint; foreign forms may post to it, as OpenID Connect asks."""

from flask import Flask

from idp.kernel.ground import clock
from idp.kernel.storage.batches import in_batches
from idp.kernel.web.csrf import csrf_exempt
from idp.kernel.work.floor import Floor
from idp.kernel.work.slices import Periodic, Slice

from .pushed import forget_old_requests
from .routes_api import blueprint as pushing
from .routes_choice import blueprint as choice
from .routes_pages import blueprint

_HOUR_SECONDS = 3600


def _prepare(app: Flask) -> None:
    with app.app_context():
        csrf_exempt("authorize.ask_by_post")


def _forget(floor: Floor) -> None:
    now = clock.now()
    in_batches(floor.db, lambda session: forget_old_requests(session, now=now))


SLICE = Slice(
    name="authorize",
    blueprints=(blueprint, choice, pushing),
    periodic=[Periodic("authorize.forget_pushed", _HOUR_SECONDS, _forget)],
    prepare=_prepare,
)
