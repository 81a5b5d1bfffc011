"""The tables that the floor keeps in each server's database, as one value."""

import sqlalchemy as sa

from ..storage.guards import Guards, guards_table
from ..web.idempotency import Idempotency, idempotency_table
from ..work.outbox import Outbox, outbox_table
from ..work.worker import periodic_table


class FloorTables:
    """Outbox, schedule of periodic work, remembered answers, sign-in counters."""

    def __init__(self, metadata: sa.MetaData) -> None:
        self.outbox = Outbox(outbox_table(metadata))
        self.schedule = periodic_table(metadata)
        self.idempotency = Idempotency(idempotency_table(metadata))
        self.guards = Guards(guards_table(metadata))
