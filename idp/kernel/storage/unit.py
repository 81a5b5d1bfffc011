"""A unit of work: SQLAlchemy's session, and beside it the driver itself, in one and the same transaction.

A statement costs the driver some 20 microseconds and SQLAlchemy's session some 250. So what stands on
a hot path is prepared once (see `prepared`) and goes to the driver; all else goes through the session
as everywhere. The connection is opened by whichever of the two is needed first.
"""

from typing import Any

from sqlalchemy.engine import Connection, Engine
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import Session
from sqlalchemy.pool import PoolProxiedConnection


class Unit(Session):
    """One transaction; `begin` is what the driver is told first, where it does not begin by itself."""

    def __init__(self, engine: Engine, *, begin: str | None) -> None:
        super().__init__(engine, expire_on_commit=False)
        self.dialect = engine.dialect
        self._engine, self._begin_words = engine, begin
        self._pooled: PoolProxiedConnection | None = None
        self._connection: Connection | None = None

    def driver(self) -> DBAPIConnection:
        """Give the driver's connection, with everything that the session has noted so far written to it."""
        if self.in_transaction():
            self.flush()
        return self._opened().dbapi_connection  # type: ignore[return-value]  # none only after it was given back

    def get_bind(self, *_: Any, **__: Any) -> Connection:
        """Give the session the same connection (SQLAlchemy asks here before each statement)."""
        if self._connection is None:
            self._connection = Connection(self._engine, self._opened())
        return self._connection

    def keep(self) -> None:
        """Commit what session and driver have done."""
        if self.in_transaction() or self.info:  # what waits in `info` is written by a listener at the commit
            self.commit()
        if self._pooled is not None:
            self._pooled.commit()

    def end(self) -> None:
        """Undo what was not kept, and give the connection back."""
        if self.in_transaction():
            self.close()
        if self._pooled is not None:
            self._pooled.close()
            self._pooled = self._connection = None

    def _opened(self) -> PoolProxiedConnection:
        if self._pooled is None:
            self._pooled = self._engine.raw_connection()
            if self._begin_words:
                self._pooled.cursor().execute(self._begin_words)
        return self._pooled
