"""Clients' own public keys: written in the register, or at an address of the client's.

What was fetched lives in a table, so that every process knows what one has fetched, and imported keys
are kept in memory by their text. A kid that is not in the set makes us look again, at most once a
minute a client (spec C5.7): a client that changes its keys is understood within that minute. Fetching
goes through the guarded client and never happens inside a unit of work.
"""

import json
import threading
from collections.abc import Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, cast

import sqlalchemy as sa
import structlog

from idp.kernel.crypto.jose import (
    FOREIGN_ALGORITHMS,
    ForeignAlgorithm,
    KeyUnknown,
    Token,
    VerifyingKey,
    import_foreign_keys,
    verify_foreign,
)
from idp.kernel.outside.http import FetchError
from idp.kernel.storage.database import claim, insert_once
from idp.kernel.work.floor import Floor

from .models import FetchedKeySet
from .rules import Client

log = structlog.get_logger("clients")
FRESH = timedelta(minutes=10)  # a key that a client has taken back is refused after that
STALE = timedelta(hours=24)  # its keys outlive a client's own failures that long
LOOK_AGAIN_AFTER = timedelta(seconds=60)
_MOST_SETS = 512
_LOCKS = tuple(threading.Lock() for _ in range(32))
_set = cast(sa.Table, FetchedKeySet.__table__)


@dataclass(frozen=True, slots=True)
class _Kept:
    """A key set as fetched: its JSON text and when."""

    document: str
    fetched_at: datetime


def verify_client_token(
    floor: Floor,
    client: Client,
    token: str,
    *,
    now: datetime,
    algorithms: Sequence[ForeignAlgorithm] = FOREIGN_ALGORITHMS,
    types: Set[str] = frozenset({"jwt"}),
) -> Token:
    """Verify that a client has signed a token of one of these kinds; what it says is for the caller to check.

    Raises TokenRefused. Never inside a unit of work: it may fetch the client's keys.
    """
    known = client_keys(floor, client, now=now)
    try:
        return verify_foreign(token, known, algorithms=algorithms, types=types)
    except KeyUnknown:
        fresh = _fetch_in_turn(floor, client, now=now) if client.jwks_uri else None
        if fresh is None:
            raise
    return verify_foreign(token, _imported(fresh.document), algorithms=algorithms, types=types)


def client_keys(floor: Floor, client: Client, *, now: datetime) -> Sequence[VerifyingKey]:
    """Give the keys by which a client signs, fetched when they are not known or not fresh."""
    if client.jwks_uri is None:
        return _imported(json.dumps(client.jwks or {}))
    kept = _kept(floor, client)
    if kept is None or kept.fetched_at <= now - FRESH:
        kept = _fetch_in_turn(floor, client, now=now) or kept
    return _imported(kept.document) if kept and kept.fetched_at > now - STALE else ()


@lru_cache(maxsize=_MOST_SETS)
def _imported(document: str) -> tuple[VerifyingKey, ...]:
    return tuple(import_foreign_keys(json.loads(document)))


def _kept(floor: Floor, client: Client) -> _Kept | None:
    wanted = sa.select(_set).where(_set.c.client_id == client.id, _set.c.jwks_uri == client.jwks_uri)
    with floor.db.reading() as session:
        row = session.execute(wanted.where(_set.c.fetched_at.is_not(None))).first()
    return _Kept(row.document, row.fetched_at) if row else None


def _fetch_in_turn(floor: Floor, client: Client, *, now: datetime) -> _Kept | None:
    """Give a key set newer than a minute, or nothing; threads that want the same one wait for each other."""
    with _LOCKS[hash(client.id) % len(_LOCKS)]:
        kept = _kept(floor, client)
        if kept is not None and kept.fetched_at > now - LOOK_AGAIN_AFTER:
            return kept  # another one of us has looked meanwhile
        return _fetch(floor, client, now) if _may_look(floor, client, now) else None


def _may_look(floor: Floor, client: Client, now: datetime) -> bool:
    """Take this minute's one look, whether it will succeed or not."""
    first = {"client_id": client.id, "jwks_uri": client.jwks_uri, "tried_at": now}
    mine = sa.update(_set).where(_set.c.client_id == client.id)
    is_due = (_set.c.tried_at <= now - LOOK_AGAIN_AFTER) | (_set.c.jwks_uri != client.jwks_uri)
    looked = mine.where(is_due).values(
        tried_at=now,
        jwks_uri=client.jwks_uri,
        fetched_at=sa.case((_set.c.jwks_uri == client.jwks_uri, _set.c.fetched_at), else_=None),
    )
    with floor.db.writing() as session:
        return insert_once(session, _set, first, conflict=["client_id"]) or claim(session, looked)


def _fetch(floor: Floor, client: Client, now: datetime) -> _Kept | None:
    try:
        document: dict[str, Any] = floor.http.get_json(client.jwks_uri or "")
    except FetchError as error:
        log.warning("client_keys_not_fetched", client=client.id, why=type(error).__name__)
        return None
    kept = _Kept(json.dumps(document), now)
    stored = sa.update(_set).where(_set.c.client_id == client.id, _set.c.jwks_uri == client.jwks_uri)
    with floor.db.writing() as session:
        session.execute(stored.values(document=kept.document, fetched_at=now))
    return kept
