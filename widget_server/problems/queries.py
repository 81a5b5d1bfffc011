"""Reads of problems: rows of lists, one in full, what lies near a pin. Nothing here writes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from idp.kernel.crypto.capabilities import Capabilities
from idp.kernel.ground.faults import NotFound
from idp.kernel.ground.ids import parse_id
from idp.kernel.ground.text import clean_line
from idp.kernel.web.cursors import CursorWrong, Page, cut_page, decode_cursor
from widget_server.media import PhotoView, photos_of

from .commands import Receipt
from .links import status_path
from .models import HistoryEntry, Problem, Reporter, ServiceLink
from .states import AT_SERVICE, OPEN, Action, Clocks, State, badge


@dataclass(frozen=True, slots=True)
class ReportRow:
    """A problem in a list. `due_at` is the clock that runs now; codes are for the catalogue to name."""

    number: str
    state: State
    badge: str
    due_at: datetime | None
    category: str
    place: str
    received_at: datetime
    service_code: str
    level: int


@dataclass(frozen=True, slots=True)
class HistoryRow:
    """One line of history: what was done, by what kind of actor, with which public words."""

    at: datetime
    action: Action
    actor: str
    state: State
    text: str


@dataclass(frozen=True, slots=True)
class ReporterView:
    """Who reported, for the responsible service only; blank once erased. `level` is 0 to 3."""

    sub: str
    level: int
    name: str
    email: str
    is_name_public: bool


@dataclass(frozen=True, slots=True)
class ReportDetails:
    """A problem in full."""

    id: UUID
    row: ReportRow
    partner_id: UUID
    is_public: bool
    description: str
    answers: Mapping[str, str]
    language: str
    lon: float
    lat: float
    clocks: Clocks
    sent_at: datetime | None
    photos: tuple[PhotoView, ...]
    history: tuple[HistoryRow, ...]
    reporter: ReporterView
    status_path: str

    @property
    def can_take(self) -> bool:
        """Say whether a service may take it into work."""
        return self.row.state in (State.SENT, State.ANSWERED)

    @property
    def can_answer(self) -> bool:
        """Say whether a service may answer, fix or refuse it."""
        return self.row.state in AT_SERVICE

    @property
    def can_assign(self) -> bool:
        """Say whether staff may hand it to a service."""
        return self.row.state is State.UNSERVED


@dataclass(frozen=True, slots=True)
class ReportFilter:
    """What a list is narrowed to; empty members narrow nothing."""

    states: frozenset[str] = frozenset()
    category: str = ""
    service_code: str = ""
    is_overdue: bool = False
    is_unserved: bool = False


def staff_reports(
    session: Session,
    wanted: ReportFilter,
    *,
    service_code: str | None,
    now: datetime,
    cursor: str = "",
    size: int = 50,
) -> Page[ReportRow]:
    """Give a page of a service's queue (or everybody's): open ones by deadline, then closed ones."""
    query = _narrowed(sa.select(Problem), wanted, now)
    if service_code is not None:
        query = query.where(Problem.service_code == service_code, Problem.state.in_(_shown_to_services()))
    return _queue_page(session, query, now=now, cursor=cursor, size=size)


def reports_of(
    session: Session, sub: str, *, now: datetime, cursor: str = "", size: int = 20
) -> Page[ReportRow]:
    """Give a page of the problems that a signed-in person reported, newest first."""
    if not sub:  # what guests carry: nobody's are not everybody's
        return Page((), None)
    query = sa.select(Problem).join(Reporter).where(Reporter.sub == sub).order_by(Problem.id.desc())
    if cursor:
        (last,) = decode_cursor(cursor, [str])
        query = query.where(Problem.id < _key(last))
    found = session.scalars(query.limit(size + 1)).all()
    page = cut_page(found, size, lambda p: [str(p.id)])
    return Page(tuple(report_row(p, now) for p in page.rows), page.next_cursor)


def staff_report(
    session: Session, number: str, *, service_code: str | None, capabilities: Capabilities, now: datetime
) -> ReportDetails:
    """Give a problem in full to whom it belongs; another service's looks like none (spec C9.1)."""
    problem = _by_number(session, number)
    if problem is None or service_code not in (None, problem.service_code):
        raise NotFound
    return _details(session, problem, capabilities, now)


def report_by_link(
    session: Session, link_id: UUID, *, capabilities: Capabilities, now: datetime
) -> tuple[ReportDetails, ServiceLink]:
    """Give the problem a service link opens; raises NotFound. Whether it is still valid the caller asks."""
    link = session.get(ServiceLink, link_id)
    problem = session.get(Problem, link.problem_id) if link else None
    if link is None or problem is None:
        raise NotFound
    return _details(session, problem, capabilities, now), link


def public_report(
    session: Session, number: str, *, capabilities: Capabilities, now: datetime
) -> ReportDetails:
    """Give a problem for its public page; raises NotFound."""
    problem = _by_number(session, number)
    if problem is None:
        raise NotFound
    return _details(session, problem, capabilities, now)


def receipt_of(session: Session, problem_id: UUID) -> Receipt:
    """Give the receipt of a problem that was sent; raises NotFound when it was erased since."""
    problem = session.get(Problem, problem_id)
    if problem is None:
        raise NotFound
    return Receipt(problem.id, problem.number, State(problem.state))


def _by_number(session: Session, number: str) -> Problem | None:
    """Give the problem of a public number, as people type it."""
    return session.scalar(sa.select(Problem).where(Problem.number == clean_line(number[:40]).upper()))


def _narrowed(query: Any, wanted: ReportFilter, now: datetime) -> Any:
    if wanted.states:
        query = query.where(Problem.state.in_(wanted.states))
    if wanted.category:
        query = query.where(Problem.category == wanted.category)
    if wanted.service_code:
        query = query.where(Problem.service_code == wanted.service_code)
    if wanted.is_unserved:
        query = query.where(Problem.state == State.UNSERVED.value)
    if wanted.is_overdue:
        late = Problem.queue_rank < int(now.timestamp())
        query = query.where(late, Problem.state.in_([s.value for s in AT_SERVICE]))
    return query


def _queue_page(session: Session, query: Any, *, now: datetime, cursor: str, size: int) -> Page[ReportRow]:
    if cursor:
        rank, last = decode_cursor(cursor, [int, str])
        query = query.where(
            sa.tuple_(Problem.queue_rank, Problem.id)
            > sa.tuple_(sa.literal(rank), sa.literal(_key(last), sa.Uuid()))
        )
    found = session.scalars(query.order_by(Problem.queue_rank, Problem.id).limit(size + 1)).all()
    page = cut_page(found, size, lambda p: [p.queue_rank, str(p.id)])
    return Page(tuple(report_row(p, now) for p in page.rows), page.next_cursor)


def _key(text: object) -> UUID:
    """Give the key in a cursor; raises CursorWrong for what is no key."""
    key = parse_id(str(text))
    if key is None:
        raise CursorWrong
    return key


def _shown_to_services() -> list[str]:
    hidden = {State.AWAITING_CONFIRMATION, State.UNSERVED}
    return [s.value for s in State if s not in hidden]


def report_row(problem: Problem, now: datetime) -> ReportRow:
    """Give a problem as lists show it."""
    state, clocks = State(problem.state), problem.clocks
    return ReportRow(
        number=problem.number,
        state=state,
        badge=badge(state, clocks, now),
        due_at=clocks.running if state in OPEN else None,
        category=problem.category,
        place=problem.address or f"{problem.lat:.5f}, {problem.lon:.5f}",
        received_at=problem.created_at,
        service_code=problem.service_code,
        level=problem.level,
    )


def _details(session: Session, problem: Problem, capabilities: Capabilities, now: datetime) -> ReportDetails:
    photos = photos_of(session, [problem.id], capabilities=capabilities, now=now)
    return ReportDetails(
        id=problem.id,
        row=report_row(problem, now),
        partner_id=problem.partner_id,
        is_public=problem.is_public,
        description=problem.description,
        answers=problem.answers,
        language=problem.language,
        lon=problem.lon,
        lat=problem.lat,
        clocks=problem.clocks,
        sent_at=problem.sent_at,
        photos=photos.get(problem.id, ()),
        history=_history(session, problem.id),
        reporter=_reporter(session, problem),
        status_path=status_path(problem.number),
    )


def _history(session: Session, problem_id: UUID) -> tuple[HistoryRow, ...]:
    lines = sa.select(HistoryEntry).where(HistoryEntry.problem_id == problem_id).order_by(HistoryEntry.id)
    return tuple(
        HistoryRow(line.at, Action(line.action), line.actor, State(line.state), line.text)
        for line in session.scalars(lines)
    )


def _reporter(session: Session, problem: Problem) -> ReporterView:
    found = session.get(Reporter, problem.reporter_id) if problem.reporter_id else None
    if found is None:
        return ReporterView("", problem.level, "", "", is_name_public=False)
    return ReporterView(found.sub, problem.level, found.name, found.email, found.is_name_public)
