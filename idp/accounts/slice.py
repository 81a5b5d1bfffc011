"""Registration of the accounts."""

from idp.kernel.work.slices import Periodic, Slice

from .cli import passwords, users
from .deletion import LEAVING
from .jobs import FAREWELL, destroy_due, forget_links, on_changed, on_farewell, on_leaving, on_proof_asked
from .notices import CHANGED
from .service import PROOF_ASKED

_HOUR_SECONDS = 3600
_DAY_SECONDS = 24 * 3600

SLICE = Slice(
    name="accounts",
    handlers={PROOF_ASKED: on_proof_asked, CHANGED: on_changed, LEAVING: on_leaving, FAREWELL: on_farewell},
    periodic=[
        Periodic("accounts.forget_links", _DAY_SECONDS, forget_links),
        Periodic("accounts.destroy", _HOUR_SECONDS, destroy_due),
    ],
    commands=(users, passwords),
)
