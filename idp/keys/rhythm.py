"""The rhythm of rotation as the settings say it, and the work of the worker that keeps to it."""

from datetime import timedelta

from idp.kernel.ground import clock
from idp.kernel.work.floor import Floor
from idp.settings import settings_of

from .queries import all_keys
from .rules import Rhythm, due_algorithms
from .service import Order, add_due_keys, forget_old_keys, new_keys


def rhythm_of(floor: Floor) -> Rhythm:
    """Give how long keys sign and how long they are published before."""
    settings = settings_of(floor)
    return Rhythm(timedelta(days=settings.key_days), timedelta(minutes=settings.key_overlap_minutes))


def rotate_due(floor: Floor) -> None:
    """Publish the next keys when the present ones near their end; nothing otherwise."""
    now, rhythm = clock.now(), rhythm_of(floor)
    with floor.db.reading() as session:
        due = due_algorithms(all_keys(session), rhythm, now)
    if not due:
        return
    offered = new_keys(due)
    with floor.db.writing() as session:
        add_due_keys(session, offered, Order(floor.envelope, now), rhythm=rhythm)


def forget(floor: Floor) -> None:
    """Drop what is not needed any more."""
    with floor.db.writing() as session:
        forget_old_keys(session, now=clock.now())
