"""Registration of signing out; sites may send their wish by a form of their own."""

from flask import Flask

from idp.kernel.ground import clock
from idp.kernel.storage.batches import in_batches
from idp.kernel.web.csrf import csrf_exempt
from idp.kernel.work.floor import Floor
from idp.kernel.work.slices import Periodic, Slice

from .jobs import plan_for_ended_session, tell_site
from .notices import TELL, forget_old_notices
from .routes_pages import blueprint

_DAY_SECONDS = 24 * 3600


def _prepare(app: Flask) -> None:
    with app.app_context():
        csrf_exempt("logout.end")


def _forget(floor: Floor) -> None:
    now = clock.now()
    in_batches(floor.db, lambda session: forget_old_notices(session, now=now))


SLICE = Slice(
    name="logout",
    blueprints=(blueprint,),
    handlers={"sessions.ended": plan_for_ended_session, TELL: tell_site},
    periodic=[Periodic("logout.forget", _DAY_SECONDS, _forget)],
    prepare=_prepare,
)
