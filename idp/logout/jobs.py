"""Work after the end of a session: planning the notices to its sites, and telling one of them."""

from uuid import UUID

from idp.kernel.ground import clock
from idp.kernel.work.floor import Floor
from idp.kernel.work.outbox import Delivery
from idp.keys import current_ring

from .notices import plan_notices, tell


def plan_for_ended_session(delivery: Delivery, floor: Floor) -> None:
    """Plan the notices of a session that has ended; those planned with its end are left alone."""
    now = clock.now()
    session_id, account_id = UUID(delivery.payload["session_id"]), UUID(delivery.payload["account_id"])
    with floor.db.writing() as session:
        plan_notices(session, session_id, account_id, floor=floor, now=now, due_at=now)


def tell_site(delivery: Delivery, floor: Floor) -> None:
    """Tell one site; a failure is for the outbox to repeat."""
    tell(UUID(delivery.payload["notice_id"]), floor=floor, ring=current_ring())
