"""Registration of the log: its commands, its seal once a minute, its pruning once a day."""

from datetime import timedelta

import structlog

from idp.kernel.ground import clock
from idp.kernel.work.floor import Floor
from idp.kernel.work.slices import Periodic, Slice
from idp.settings import settings_of

from .cli import audit
from .sealing import LogBroken, prune, seal

log = structlog.get_logger("audit")
_MINUTE_SECONDS = 60
_DAY_SECONDS = 24 * 3600


def _seal(floor: Floor) -> None:
    try:
        with floor.db.writing() as session:
            seal(session, floor.capabilities, now=clock.now())
    except LogBroken as error:
        log.critical("audit_log_broken", number=error.broken.number, reason=error.broken.reason)


def _prune(floor: Floor) -> None:
    now, kept = clock.now(), timedelta(days=settings_of(floor).audit_days)
    with floor.db.writing() as session:
        prune(session, floor.capabilities, before=now - kept, now=now)


SLICE = Slice(
    name="audit",
    commands=(audit,),
    periodic=[
        Periodic("audit.seal", _MINUTE_SECONDS, _seal),
        Periodic("audit.prune", _DAY_SECONDS, _prune),
    ],
)
