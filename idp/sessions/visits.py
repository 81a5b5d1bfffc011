"""Visits: an authorization request parked server-side while its person signs in or consents.

A visit belongs to one browser, by a cookie whose digest it holds. The steps only leave proofs on it
(signed in, consented, denied); the dispatcher in `authorize` alone decides what comes next.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from idp.kernel.crypto.digests import digest
from idp.kernel.ground.faults import Gone
from idp.kernel.ground.ids import new_id
from idp.kernel.storage.batches import delete_batch
from idp.kernel.storage.database import claim

from .models import Visit
from .requests import AuthorizationRequest

LIFE = timedelta(hours=1)
_visit = cast(sa.Table, Visit.__table__)


class VisitOver(Gone):
    """The visit is finished, too old, or of another browser; which of them is nobody's business."""

    code = "visit-over"
    title = "This sign-in is over"
    detail = "Go back to the site you came from and sign in there again."


@dataclass(frozen=True, slots=True)
class ParkedVisit:
    """A visit as the steps see it."""

    id: UUID
    request: AuthorizationRequest
    created_at: datetime
    signed_in_at: datetime | None
    consented_at: datetime | None
    denied_at: datetime | None
    stayed_below_at: datetime | None
    chosen_at: datetime | None


def park(session: Session, request: AuthorizationRequest, *, browser: str | None, now: datetime) -> UUID:
    """Park a request; without a browser (its cookie is not sent along) the first one to resume owns it."""
    visit_id = new_id()
    session.execute(
        sa.insert(_visit).values(
            id=visit_id,
            browser_digest=digest(browser) if browser else None,
            request=request.to_json(),
            created_at=now,
            expires_at=now + LIFE,
        )
    )
    return visit_id


def is_unbound(session: Session, visit_id: UUID) -> bool:
    """Say whether a visit waits for its first browser."""
    wanted = sa.select(_visit.c.id).where(_visit.c.id == visit_id, _visit.c.browser_digest.is_(None))
    return session.execute(wanted).first() is not None


def bind(session: Session, visit_id: UUID, *, browser: str) -> None:
    """Give a visit without a browser to this one."""
    unbound = sa.update(_visit).where(_visit.c.id == visit_id, _visit.c.browser_digest.is_(None))
    session.execute(unbound.values(browser_digest=digest(browser)))


def find_visit(session: Session, visit_id: UUID | None, *, browser: str | None, now: datetime) -> ParkedVisit:
    """Give the open visit of this browser; raises VisitOver."""
    if visit_id is None or browser is None:
        raise VisitOver
    row = session.execute(sa.select(_visit).where(*_is_open(visit_id, browser, now))).first()
    if row is None:
        raise VisitOver
    return ParkedVisit(
        id=row.id,
        request=AuthorizationRequest.from_json(row.request),
        created_at=row.created_at,
        signed_in_at=row.signed_in_at,
        consented_at=row.consented_at,
        denied_at=row.denied_at,
        stayed_below_at=row.stayed_below_at,
        chosen_at=row.chosen_at,
    )


def prove_sign_in(session: Session, visit: ParkedVisit, *, now: datetime) -> None:
    """Leave the proof that the person has just signed in for this visit."""
    later = dict.fromkeys(("consented_at", "denied_at", "stayed_below_at", "chosen_at"))
    _prove(session, visit, {"signed_in_at": now, **later})


def prove_consent(session: Session, visit: ParkedVisit, *, now: datetime) -> None:
    """Leave the proof that the person has just agreed."""
    _prove(session, visit, {"consented_at": now})


def prove_denial(session: Session, visit: ParkedVisit, *, now: datetime) -> None:
    """Leave the proof that the person said no."""
    _prove(session, visit, {"denied_at": now})


def prove_staying_below(session: Session, visit: ParkedVisit, *, now: datetime) -> None:
    """Leave the proof that the person goes on without the level that was asked for."""
    _prove(session, visit, {"stayed_below_at": now})


def prove_choice(session: Session, visit: ParkedVisit, *, now: datetime) -> None:
    """Leave the proof that the person goes on as who is signed in."""
    _prove(session, visit, {"chosen_at": now})


def finish(session: Session, visit: ParkedVisit, *, now: datetime) -> None:
    """Close a visit; raises VisitOver for the second of two who try."""
    done = sa.update(_visit).where(_visit.c.id == visit.id, _visit.c.finished_at.is_(None))
    if not claim(session, done.values(finished_at=now)):
        raise VisitOver


def forget_old_visits(session: Session, *, now: datetime) -> int:
    """Drop visits whose time is over."""
    return delete_batch(session, _visit, _visit.c.expires_at <= now)


def _prove(session: Session, visit: ParkedVisit, proof: dict[str, Any]) -> None:
    open_one = sa.update(_visit).where(_visit.c.id == visit.id, _visit.c.finished_at.is_(None))
    if not claim(session, open_one.values(**proof)):
        raise VisitOver


def _is_open(visit_id: UUID, browser: str, now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return (
        _visit.c.id == visit_id,
        _visit.c.browser_digest == digest(browser),
        _visit.c.finished_at.is_(None),
        _visit.c.expires_at > now,
    )
