"""Who may change what guards an account: somebody who has signed in, all of it, a moment ago.

A session left open on a desk must not be enough, and one that a password alone has opened must not
take the second factor away.
"""

from datetime import timedelta
from enum import Enum

from idp.factors import has_totp
from idp.kernel.ground import clock
from idp.kernel.ground.faults import Unauthenticated
from idp.kernel.web.floor import current_floor
from idp.passkeys import has_passkey
from idp.sessions import LiveSession, current_session

RECENT = timedelta(minutes=10)


class Proof(Enum):
    """What the person has to show first."""

    PASSWORD = "password"  # noqa: S105 -- the name of a proof
    FACTOR = "factor"


class ProofWanted(Exception):
    """The person has to show once more that it is them; not a fault, but a page on the way."""

    def __init__(self, proof: Proof) -> None:
        super().__init__(proof)
        self.proof = proof


def signed_in() -> LiveSession:
    """Give the live session; raises Unauthenticated."""
    live = current_session()
    if live is None:
        raise Unauthenticated
    return live


def just_signed_in() -> LiveSession:
    """Give the live session of somebody who has just shown all they have.

    Raises ProofWanted, Unauthenticated.
    """
    live = signed_in()
    with current_floor().db.reading() as session:
        has_factor = has_totp(session, live.account_id) or has_passkey(session, live.account_id)
    if has_factor and not live.is_strong:
        raise ProofWanted(Proof.FACTOR)
    if live.auth_time < clock.now() - RECENT:
        raise ProofWanted(Proof.PASSWORD)
    return live
