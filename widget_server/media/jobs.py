"""Sweeping: photos of drafts that nobody came back for."""

from idp.kernel.ground import clock
from idp.kernel.work.floor import Floor

from .service import abandoned_owners, destroy_photos


def sweep_abandoned(floor: Floor) -> None:
    """Destroy the photos of abandoned drafts."""
    with floor.db.writing() as session:
        destroy_photos(session, abandoned_owners(session, clock.now()), files=floor.files)
