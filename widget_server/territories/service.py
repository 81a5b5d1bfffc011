"""Loading territories and places: what a command or a seed calls inside its own transaction."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

import shapely
from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from idp.kernel.ground.faults import Conflict
from idp.kernel.ground.ids import new_id
from widget_server.territories.gazetteer import PlaceDraft, prefixes_of
from widget_server.territories.models import GazetteerPlace, GazetteerPrefix, PlaceRevision, Territory
from widget_server.territories.rules import (
    Checked,
    Difference,
    Finding,
    Level,
    TerritoryDraft,
    check,
    differences,
)
from widget_server.territories.schemas import TerritoryFields, read_territories

TERRITORIES = "territories"
_ROWS_AT_ONCE = 5_000


class TerritoriesRefused(Conflict):
    """The checks found errors; nothing was loaded."""

    code = "territories-refused"
    title = "The territories were not loaded"
    detail = "The checks found errors, correct the file and load it again"


@dataclass(frozen=True, slots=True)
class TerritoryPlan:
    """A file compared with the database: its source, what was found, what loading it would change."""

    source: str
    level: Level
    checked: Checked
    difference: Difference


def plan_territories(session: Session, data: bytes, *, fields: TerritoryFields, source: str) -> TerritoryPlan:
    """Give what loading a GeoJSON file would do; writes nothing. Raises UnreadableTerritories.

    A source owns the territories of one level that it brought; what it no longer holds counts as
    removed, and a code that another source or level owns is an error.
    """
    checked = check(read_territories(data, fields))
    owned = _owned(session, source=source, level=fields.level)
    taken = _taken_elsewhere(session, checked.drafts, source=source, level=fields.level)
    checked = Checked(checked.drafts, (*checked.findings, *taken))
    difference = differences(before=map(_draft_of, owned), after=checked.drafts)
    return TerritoryPlan(source, fields.level, checked, difference)


def apply_territories(session: Session, plan: TerritoryPlan, *, now: datetime) -> None:
    """Write a plan. Idempotent: a second time nothing changes. Raises TerritoriesRefused on errors."""
    if plan.checked.has_errors:
        raise TerritoriesRefused
    if plan.difference.is_empty:
        return
    token = renew_revision(session, TERRITORIES)
    drafts = {draft.code: draft for draft in plan.checked.drafts}
    rows = _by_code(session, [*drafts, *plan.difference.removed])
    for code in plan.difference.removed:
        rows[code].retired_at, rows[code].revision = now, token
    for code in (*plan.difference.added, *plan.difference.changed):
        row = rows.get(code) or Territory(code=code)
        _fill(row, drafts[code])
        row.source, row.revision, row.loaded_at, row.retired_at = plan.source, token, now, None
        session.add(row)
    session.flush()


def load_territories(
    session: Session, data: bytes, *, fields: TerritoryFields, source: str, now: datetime
) -> TerritoryPlan:
    """Check and write a file in one step, for seeds. Raises UnreadableTerritories, TerritoriesRefused."""
    plan = plan_territories(session, data, fields=fields, source=source)
    apply_territories(session, plan, now=now)
    return plan


def load_places(session: Session, drafts: Iterable[PlaceDraft], *, source: str) -> int:
    """Replace the places of a source; gives how many there are now. Idempotent."""
    old = select(GazetteerPlace.id).where(GazetteerPlace.source == source).scalar_subquery()
    session.execute(delete(GazetteerPrefix).where(GazetteerPrefix.place_id.in_(old)))
    session.execute(delete(GazetteerPlace).where(GazetteerPlace.source == source))
    places = [(new_id(), draft) for draft in drafts]
    _insert(session, GazetteerPlace, (_place_values(key, draft, source) for key, draft in places))
    prefixes = (
        {"prefix": prefix, "place_id": key}
        for key, draft in places
        for prefix in sorted(prefixes_of(draft.label_ru, draft.label_en))
    )
    _insert(session, GazetteerPrefix, prefixes)
    return len(places)


def renew_revision(session: Session, subject: str) -> str:
    """Give a subject a new token, so that every process reads it again on its next request."""
    token = str(new_id())
    session.merge(PlaceRevision(subject=subject, token=token))
    return token


def _owned(session: Session, *, source: str, level: Level) -> Sequence[Territory]:
    mine = select(Territory).where(Territory.source == source, Territory.level == level.value)
    return session.scalars(mine.where(Territory.retired_at.is_(None))).all()


def _taken_elsewhere(
    session: Session, drafts: Iterable[TerritoryDraft], *, source: str, level: Level
) -> Iterator[Finding]:
    for row in _by_code(session, [draft.code for draft in drafts]).values():
        if row.retired_at is None and (row.source, row.level) != (source, level.value):
            values = {"source": row.source, "level": row.level}
            yield Finding("error", row.code, "The code belongs to %(source)s, level %(level)s", values)


def _by_code(session: Session, codes: Sequence[str]) -> dict[str, Territory]:
    rows = session.scalars(select(Territory).where(Territory.code.in_(codes))).all()
    return {row.code: row for row in rows}


def _draft_of(row: Territory) -> TerritoryDraft:
    return TerritoryDraft(
        row.code,
        Level(row.level),
        row.name_ru,
        row.name_en,
        shapely.from_wkb(row.geometry),
        row.parent_code,
        row.region,
        row.timezone,
    )


def _fill(row: Territory, draft: TerritoryDraft) -> None:
    row.level, row.parent_code = draft.level.value, draft.parent_code
    row.name_ru, row.name_en = draft.name_ru, draft.name_en
    row.region, row.timezone = draft.region, draft.timezone
    row.geometry = draft.geometry.wkb
    row.west, row.south, row.east, row.north = draft.geometry.bounds


def _place_values(key: object, draft: PlaceDraft, source: str) -> dict[str, object]:
    return {
        "id": key,
        "source": source,
        "label_ru": draft.label_ru[:300],
        "label_en": draft.label_en[:300],
        "lon": draft.lon,
        "lat": draft.lat,
        "kind": draft.kind[:40],
        "weight": draft.weight,
    }


def _insert(
    session: Session, table: type[GazetteerPlace | GazetteerPrefix], rows: Iterable[dict[str, object]]
) -> None:
    waiting = list(rows)
    for start in range(0, len(waiting), _ROWS_AT_ONCE):
        session.execute(insert(table), waiting[start : start + _ROWS_AT_ONCE])
