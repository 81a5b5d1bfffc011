"""Loading services and their responsibilities inside the caller's transaction."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from idp.kernel.ground.faults import Conflict
from widget_server.routing.catalogue import Catalogue
from widget_server.routing.deadlines import DeadlineRule
from widget_server.routing.models import Authority, Responsibility
from widget_server.routing.schemas import AuthorityDraft, DutyDraft, read_routing
from widget_server.territories import TerritoryIndex, renew_revision

ROUTING = "routing"


class RoutingRefused(Conflict):
    """The checks found errors; nothing was loaded."""

    code = "routing-refused"
    title = "The services were not loaded"
    detail = "The checks found errors, correct the file and load it again"


@dataclass(frozen=True, slots=True)
class RoutingPlan:
    """A file compared with the database: faults as (code, sentence, values), and codes by what changes."""

    source: str
    drafts: tuple[AuthorityDraft, ...]
    faults: tuple[tuple[str, str, Mapping[str, object]], ...]
    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        """Say whether loading would change nothing."""
        return not (self.added or self.changed or self.removed)


def plan_routing(
    session: Session, data: bytes, *, catalogue: Catalogue, index: TerritoryIndex, source: str
) -> RoutingPlan:
    """Give what loading a TOML file would do; writes nothing. Raises UnreadableRouting.

    A source owns the services it brought: those it no longer holds are switched off.
    """
    read = read_routing(data, catalogue=catalogue)
    new = {draft.code: draft for draft in read.drafts}
    for draft in read.drafts:
        for code in sorted(_territories_of(draft)):
            if index.territory(code) is None:
                read.fault(draft.code, "There is no territory %(territory)s", territory=code)
    rows = {row.code: row for row in session.scalars(select(Authority))}
    for code in new.keys() & rows.keys():
        if rows[code].is_active and rows[code].source != source:
            read.fault(code, "The code belongs to %(source)s", source=rows[code].source)
    owned = {code: row for code, row in rows.items() if row.source == source and row.is_active}
    old = _drafts_of(session, owned.values(), index)
    both = new.keys() & old.keys()
    return RoutingPlan(
        source=source,
        drafts=tuple(read.drafts),
        faults=tuple(read.faults),
        added=tuple(sorted(new.keys() - old.keys())),
        changed=tuple(sorted(code for code in both if new[code] != old[code])),
        removed=tuple(sorted(old.keys() - new.keys())),
        unchanged=tuple(sorted(code for code in both if new[code] == old[code])),
    )


def apply_routing(session: Session, plan: RoutingPlan, *, index: TerritoryIndex, now: datetime) -> None:
    """Write a plan. Idempotent: a second time nothing changes. Raises RoutingRefused on faults."""
    if plan.faults:
        raise RoutingRefused
    if plan.is_empty:
        return
    drafts = {draft.code: draft for draft in plan.drafts}
    rows = {row.code: row for row in session.scalars(select(Authority))}
    for code in plan.removed:
        rows[code].is_active = False
    for code in (*plan.added, *plan.changed):
        row = rows.get(code) or Authority(code=code)
        _fill(row, drafts[code], index)
        row.source, row.loaded_at, row.is_active = plan.source, now, True
        session.add(row)
        session.flush()
        _replace_duties(session, row.id, drafts[code].duties, index)
    renew_revision(session, ROUTING)
    session.flush()


def load_routing(
    session: Session, data: bytes, *, catalogue: Catalogue, index: TerritoryIndex, source: str, now: datetime
) -> RoutingPlan:
    """Check and write a file in one step, for seeds. Raises UnreadableRouting, RoutingRefused."""
    plan = plan_routing(session, data, catalogue=catalogue, index=index, source=source)
    apply_routing(session, plan, index=index, now=now)
    return plan


def _territories_of(draft: AuthorityDraft) -> set[str]:
    own = {draft.territory_code} if draft.territory_code else set()
    return own | {duty.territory_code for duty in draft.duties}


def _fill(row: Authority, draft: AuthorityDraft, index: TerritoryIndex) -> None:
    for name, value in asdict(draft).items():
        if name not in ("duties", "territory_code"):
            setattr(row, name, value)
    territory = index.territory(draft.territory_code or "")
    row.territory_id = territory.id if territory else None


def _replace_duties(
    session: Session, authority_id: UUID, duties: Sequence[DutyDraft], index: TerritoryIndex
) -> None:
    session.execute(delete(Responsibility).where(Responsibility.authority_id == authority_id))
    session.add_all(_row_of(duty, authority_id, index) for duty in duties)


def _row_of(duty: DutyDraft, authority_id: UUID, index: TerritoryIndex) -> Responsibility:
    territory = index.territory(duty.territory_code)
    if territory is None:
        raise RoutingRefused(territory=duty.territory_code)
    return Responsibility(
        authority_id=authority_id,
        territory_id=territory.id,
        scope=duty.scope,
        question=duty.question,
        value=duty.value,
        answer_days=duty.answer.days if duty.answer else None,
        answer_kind=duty.answer.kind if duty.answer else None,
        fix_days=duty.fix.days if duty.fix else None,
        fix_kind=duty.fix.kind if duty.fix else None,
        priority=duty.priority,
    )


def _drafts_of(
    session: Session, rows: Iterable[Authority], index: TerritoryIndex
) -> dict[str, AuthorityDraft]:
    codes = {territory.id: territory.code for territory in index.territories}
    duties: dict[UUID, list[DutyDraft]] = {}
    for own in session.scalars(select(Responsibility)):
        duties.setdefault(own.authority_id, []).append(_duty_of(own, codes.get(own.territory_id, "")))
    return {row.code: _draft_of(row, duties.get(row.id, []), codes) for row in rows}


def _draft_of(row: Authority, duties: Iterable[DutyDraft], codes: Mapping[UUID, str]) -> AuthorityDraft:
    return AuthorityDraft(
        code=row.code,
        name_ru=row.name_ru,
        name_en=row.name_en,
        short_name_ru=row.short_name_ru,
        short_name_en=row.short_name_en,
        name_ru_to=row.name_ru_to,
        email=row.email,
        phone=row.phone,
        site=row.site,
        legal_note_ru=row.legal_note_ru,
        legal_note_en=row.legal_note_en,
        territory_code=codes.get(row.territory_id) if row.territory_id else None,
        duties=tuple(sorted(duties, key=lambda duty: duty.key)),
    )


def _duty_of(row: Responsibility, territory_code: str) -> DutyDraft:
    return DutyDraft(
        territory_code=territory_code,
        scope=row.scope,
        question=row.question,
        value=row.value,
        answer=rule_of(row.answer_days, row.answer_kind),
        fix=rule_of(row.fix_days, row.fix_kind),
        priority=row.priority,
    )


def rule_of(days: int | None, kind: str | None) -> DeadlineRule | None:
    """Give the deadline two columns hold, or nothing when the category's own one stands."""
    if days is None:
        return None
    return DeadlineRule(days, "working" if kind == "working" else "calendar")
