"""Reads of the clients, by SQLAlchemy Core: they stand on the hot paths."""

from collections.abc import Collection, Mapping
from dataclasses import fields
from typing import Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from idp.kernel.storage.prepared import Prepared, Remembered

from .models import ClientOrigin, RegisteredClient
from .names import skeleton
from .rules import Client

_client = cast(sa.Table, RegisteredClient.__table__)
_origin = cast(sa.Table, ClientOrigin.__table__)
_FIELDS = tuple(field.name for field in fields(Client))
CLIENT = sa.select(*[_client.c[name] for name in _FIELDS])
_FIND = Prepared(CLIENT.where(_client.c.id == sa.bindparam("client_id"), _client.c.disabled_at.is_(None)))


def find_client(session: Session, client_id: str) -> Client | None:
    """Give a client that may act, or nothing."""
    return _remembered.find(session, client_id, client_id=client_id)


def is_enabled_client(client_id: sa.ColumnElement[str]) -> sa.ColumnElement[bool]:
    """Give the condition, for a statement of a neighbour's, that a client may act."""
    return sa.exists().where(_client.c.id == client_id, _client.c.disabled_at.is_(None))


def find_clients(session: Session, ids: Collection[str]) -> Mapping[str, Client]:
    """Give clients by id."""
    rows = session.execute(CLIENT.where(_client.c.id.in_(ids)))
    return {row.id: client_of(row) for row in rows}


def is_look_alike(session: Session, names: Collection[str], *, but: str | None = None) -> bool:
    """Say whether a name reads like that of a verified client other than `but` (spec C4.8)."""
    told = sa.select(_client.c.name_ru, _client.c.name_en, _client.c.id)
    rows = session.execute(told.where(_client.c.is_verified | _client.c.is_first_party))
    known = {skeleton(name) for row in rows if row.id != but for name in (row.name_ru, row.name_en)}
    return any(skeleton(name) in known for name in names)


def is_registered_origin(session: Session, origin: str) -> bool:
    """Say whether some client's scripts come from this exact origin."""
    wanted = sa.select(_origin.c.origin).join(_client, _client.c.id == _origin.c.client_id)
    found = wanted.where(_origin.c.origin == origin, _client.c.disabled_at.is_(None)).limit(1)
    return session.execute(found).first() is not None


def client_of(row: Any) -> Client:
    """Give a row of `CLIENT` as a value."""
    return Client(**{name: _value(stored) for name, stored in zip(_FIELDS, row, strict=True)})


def _value(stored: Any) -> Any:
    return tuple(stored) if isinstance(stored, list) else stored


_remembered = Remembered(_FIND, client_of)
