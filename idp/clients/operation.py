"""Clients as staff and operators see them: the whole list, disabled or not, and the operator's marks."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from idp.audit import Actor, Event, record
from idp.kernel.ground.faults import Conflict
from idp.kernel.storage.database import claim

from .models import RegisteredClient
from .queries import CLIENT, client_of
from .rules import Client

Mark = Literal["is_verified", "is_first_party"]
_client = cast(sa.Table, RegisteredClient.__table__)
_RECORD = CLIENT.add_columns(_client.c.created_at, _client.c.disabled_at)


class ClientStateChanged(Conflict):
    """The client is in this state already, or gone."""

    code = "client-state-changed"


@dataclass(frozen=True, slots=True)
class ClientRecord:
    """A client, disabled or not, and since when."""

    client: Client
    created_at: datetime
    disabled_at: datetime | None


def find_client_record(session: Session, client_id: str) -> ClientRecord | None:
    """Give a client, disabled or not."""
    row = session.execute(_RECORD.where(_client.c.id == client_id)).first()
    return _record_of(row) if row else None


def list_clients(session: Session, *, after: str = "", limit: int) -> list[ClientRecord]:
    """Give clients by id, those after a given one."""
    wanted = _RECORD.where(_client.c.id > after).order_by(_client.c.id).limit(limit)
    return [_record_of(row) for row in session.execute(wanted)]


def count_clients(session: Session) -> tuple[int, int]:
    """Give how many clients there are, and how many of them are disabled."""
    counted = sa.select(sa.func.count(), sa.func.count(_client.c.disabled_at)).select_from(_client)
    row = session.execute(counted).one()
    return row[0], row[1]


def disable_client(session: Session, client_id: str, *, by: Actor, now: datetime) -> None:
    """Let a client ask nobody any more; its grants are their slice's work. Raises ClientStateChanged."""
    able = sa.update(_client).where(_client.c.id == client_id, _client.c.disabled_at.is_(None))
    if not claim(session, able.values(disabled_at=now)):
        raise ClientStateChanged
    record(session, Event("client.disabled", client_id=client_id, by=by), now=now)


def enable_client(session: Session, client_id: str, *, by: Actor, now: datetime) -> None:
    """Let a client ask people again; raises ClientStateChanged."""
    disabled = sa.update(_client).where(_client.c.id == client_id, _client.c.disabled_at.is_not(None))
    if not claim(session, disabled.values(disabled_at=None)):
        raise ClientStateChanged
    record(session, Event("client.enabled", client_id=client_id, by=by), now=now)


def mark_client(
    session: Session, client_id: str, mark: Mark, value: bool, *, by: Actor, now: datetime
) -> None:
    """Set one of the marks that are the operator's alone; raises ClientStateChanged when it is so already."""
    column = _client.c[mark]
    other = sa.update(_client).where(_client.c.id == client_id, column.is_(not value))
    if not claim(session, other.values({mark: value})):
        raise ClientStateChanged
    told = Event("client.changed", client_id=client_id, by=by, details={mark: int(value)})
    record(session, told, now=now)


def _record_of(row: sa.Row[Any]) -> ClientRecord:
    return ClientRecord(client_of(tuple(row)[:-2]), row.created_at, row.disabled_at)
