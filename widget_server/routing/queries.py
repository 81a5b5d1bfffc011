"""Reads of the routing: the desk that answers pins, and services by id."""

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from widget_server.routing.cards import Cards
from widget_server.routing.catalogue import Catalogue, Words
from widget_server.routing.deadlines import Calendars
from widget_server.routing.documents import PinDocuments
from widget_server.routing.models import Authority, Responsibility
from widget_server.routing.pins import Ground, PinAnswer, Receiver, at_pin, receivers_at
from widget_server.routing.receivers import AuthorityCard, Duties, Duty
from widget_server.routing.service import ROUTING, rule_of
from widget_server.territories import TERRITORIES, TerritoryIndex, TerritoryIndexes, revisions


@dataclass(frozen=True, slots=True)
class AuthorityContact:
    """A service as the platform knows it, with the address that reports are sent to."""

    card: AuthorityCard
    email: str
    is_active: bool


class PinDesk:
    """Answers pins from what it holds in memory. One per app; threads share it.

    A call costs one read of the revisions; only the first one after a load reads the tables.
    """

    def __init__(self, catalogue: Catalogue, *, calendars: Calendars, indexes: TerritoryIndexes) -> None:
        self.catalogue = catalogue
        self.calendars = calendars
        self._indexes = indexes
        self._cards = Cards(catalogue)
        self._documents = PinDocuments()
        self._lock = threading.Lock()
        self._ground = self._new_ground(TerritoryIndex(()), Duties(()))

    def ground(self, session: Session) -> Ground:
        """Give the present territories and duties as of the session's transaction."""
        tokens = revisions(session)
        places, duties = tokens.get(TERRITORIES, ""), tokens.get(ROUTING, "")
        ground = self._ground
        if (ground.index.revision, ground.duties.revision) == (places, duties):
            return ground
        index = self._indexes.current(session, token=places)
        with self._lock:
            self._ground = self._new_ground(index, Duties(_duties(session, index), revision=duties))
            return self._ground

    def _new_ground(self, index: TerritoryIndex, duties: Duties) -> Ground:
        return Ground(index, duties, self.catalogue, self.calendars, self._cards)

    def at_pin(self, session: Session, *, lon: float, lat: float, now: datetime, language: str) -> PinAnswer:
        """Give the one answer a form needs about a pin. Raises ImpossiblePlace."""
        return at_pin(self.ground(session), lon=lon, lat=lat, now=now, language=language)

    def document(self, answer: PinAnswer) -> dict[str, Any]:
        """Give a pin's answer as a document for orjson, see `PinDocuments`."""
        return self._documents.document(answer)

    def receivers(
        self,
        session: Session,
        *,
        lon: float,
        lat: float,
        category_code: str,
        answers: Mapping[str, str],
        now: datetime,
        language: str,
    ) -> tuple[Receiver, ...]:
        """Give who serves one category under these answers. Raises ImpossiblePlace, UnknownCategory."""
        return receivers_at(
            self.ground(session),
            lon=lon,
            lat=lat,
            category_code=category_code,
            answers=answers,
            now=now,
            language=language,
        )


def authority(session: Session, authority_id: UUID) -> AuthorityContact | None:
    """Give a service by its id, also one that is switched off, because old reports name it."""
    row = session.get(Authority, authority_id)
    return _contact(row) if row else None


def authorities(session: Session) -> tuple[AuthorityContact, ...]:
    """Give all services in force, by their Russian names."""
    rows = session.scalars(select(Authority).where(Authority.is_active).order_by(Authority.name_ru))
    return tuple(_contact(row) for row in rows)


def authority_by_code(session: Session, code: str) -> AuthorityContact | None:
    """Give a service by its code."""
    row = session.scalars(select(Authority).where(Authority.code == code)).one_or_none()
    return _contact(row) if row else None


def _duties(session: Session, index: TerritoryIndex) -> Iterator[Duty]:
    codes = {territory.id: territory.code for territory in index.territories}
    rows = session.execute(
        select(Responsibility, Authority)
        .join(Authority, Authority.id == Responsibility.authority_id)
        .where(Authority.is_active)
        .order_by(Authority.code, Responsibility.id)
    )
    for row, owner in rows:
        if row.territory_id in codes:
            yield _duty(row, _card(owner), codes[row.territory_id])


def _duty(row: Responsibility, card: AuthorityCard, territory_code: str) -> Duty:
    return Duty(
        authority=card,
        territory_code=territory_code,
        scope=row.scope,
        question=row.question,
        value=row.value,
        answer=rule_of(row.answer_days, row.answer_kind),
        fix=rule_of(row.fix_days, row.fix_kind),
        priority=row.priority,
    )


def _contact(row: Authority) -> AuthorityContact:
    return AuthorityContact(_card(row), row.email, row.is_active)


def _card(row: Authority) -> AuthorityCard:
    return AuthorityCard(
        id=row.id,
        code=row.code,
        name=Words(row.name_ru, row.name_en),
        short_name=Words(row.short_name_ru, row.short_name_en),
        to_ru=row.name_ru_to,
        phone=row.phone,
        site=row.site,
        legal_note=Words(row.legal_note_ru, row.legal_note_en),
    )
