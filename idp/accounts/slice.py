"""Registration of the accounts."""

from idp.kernel.work.slices import Periodic, Slice

from .cli import passwords, users
from .jobs import forget_links, on_proof_asked
from .notices import CHANGED, on_changed
from .service import PROOF_ASKED

_DAY_SECONDS = 24 * 3600

SLICE = Slice(
    name="accounts",
    handlers={PROOF_ASKED: on_proof_asked, CHANGED: on_changed},
    periodic=[Periodic("accounts.forget_links", _DAY_SECONDS, forget_links)],
    commands=(users, passwords),
)
