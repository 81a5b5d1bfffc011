"""Drafts: a report being written, step by step, without scripts and without cookies.

A draft is found by the secret in its path. Each form it shows is good for one revision of the
draft: the first post of a form takes the step, a second one with the same content is the same tap
again, any other is told that the draft has moved on. Sending empties the draft and leaves the
number, so that a reload or a lost answer leads to the receipt.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from idp.kernel.crypto.digests import digest
from idp.kernel.ground.faults import Conflict, Gone, NotFound
from idp.kernel.ground.ids import new_id
from idp.kernel.storage.database import claim, insert_once

from .models import Draft
from .schemas import ReportFields

DRAFT_LIFE = timedelta(hours=24)
LONGEST_LIFE = timedelta(hours=47)
RECEIPT_LIFE = timedelta(days=3)


class FormUsed(Conflict):
    """A form of an earlier revision came again, with other content."""

    code = "form-used"
    title = "This form was sent before"
    detail = "The report has moved on meanwhile. Nothing is lost: go on from where it stands now."


class DraftExpired(Gone):
    """Nobody touched the draft for a day; what was in it is erased."""

    code = "draft-expired"
    title = "This draft is too old"
    detail = "A draft is kept for a day and then erased. Please start again."


@dataclass(frozen=True, slots=True)
class DraftView:
    """A draft as the frame shows it."""

    id: UUID
    partner_id: UUID
    origin: str
    language: str
    revision: int
    fields: ReportFields
    problem_id: UUID | None
    created_at: datetime

    def kept_until(self, now: datetime) -> datetime:
        """Until when a touch at this moment keeps it: a day, within the life that its photos have."""
        return min(now + DRAFT_LIFE, self.created_at + LONGEST_LIFE)


def start_draft(
    session: Session,
    secret: str,
    entered: ReportFields,
    *,
    partner_id: UUID,
    origin: str,
    language: str,
    now: datetime,
) -> None:
    """Begin a draft behind a secret that the form already carried: the same tap again changes nothing."""
    row = {
        "id": new_id(),
        "secret_digest": digest(secret),
        "partner_id": partner_id,
        "origin": origin,
        "language": language,
        "revision": 1,
        "last_form": "",
        "fields": entered.to_json(),
        "problem_id": None,
        "created_at": now,
        "expires_at": now + DRAFT_LIFE,
    }
    insert_once(session, Draft, row, conflict=["secret_digest"])


def find_draft(session: Session, secret: str, *, partner_id: UUID, now: datetime) -> DraftView:
    """Give the draft behind a secret; raises NotFound, or DraftExpired."""
    draft = session.scalar(sa.select(Draft).where(Draft.secret_digest == digest(secret)))
    if draft is None or draft.partner_id != partner_id:
        raise NotFound
    if draft.expires_at < now:
        raise DraftExpired
    return DraftView(
        id=draft.id,
        partner_id=draft.partner_id,
        origin=draft.origin,
        language=draft.language,
        revision=draft.revision,
        fields=ReportFields.from_json(draft.fields),
        problem_id=draft.problem_id,
        created_at=draft.created_at,
    )


def take_step(
    session: Session, draft: DraftView, entered: ReportFields, *, revision: int, now: datetime
) -> None:
    """Take one form of a draft; the same form again is fine, another one of an old revision is FormUsed."""
    form = digest(repr(entered))
    row = sa.update(Draft).where(Draft.id == draft.id, Draft.problem_id.is_(None))
    step = row.where(Draft.revision == revision).values(
        fields=entered.to_json(), revision=revision + 1, last_form=form, expires_at=draft.kept_until(now)
    )
    if claim(session, step):
        return
    last = session.scalar(
        sa.select(Draft.last_form).where(Draft.id == draft.id, Draft.revision == revision + 1)
    )
    if last != form:
        raise FormUsed


def put_aside(session: Session, draft: DraftView, entered: ReportFields, *, now: datetime) -> None:
    """Keep what was entered without taking a step: a signed-in person, a search, an unfinished form."""
    row = sa.update(Draft).where(Draft.id == draft.id, Draft.problem_id.is_(None))
    session.execute(row.values(fields=entered.to_json(), expires_at=draft.kept_until(now)))


def lock_unsent(session: Session, draft: DraftView, *, revision: int) -> bool:
    """Keep other taps waiting until this transaction ends; false when one of them has sent the draft.

    Raises FormUsed when the summary that is sent shows an older revision than there is.
    """
    row = sa.select(Draft.revision, Draft.problem_id).where(Draft.id == draft.id).with_for_update()
    found = session.execute(row).first()
    if found is None or found.problem_id is not None:
        return False
    if revision != found.revision or revision != draft.revision:
        raise FormUsed
    return True


def finish_draft(session: Session, draft: DraftView, problem_id: UUID, *, now: datetime) -> None:
    """Mark a draft as sent and blank it."""
    row = sa.update(Draft).where(Draft.id == draft.id)
    session.execute(row.values(problem_id=problem_id, fields={}, expires_at=now + RECEIPT_LIFE))


def forget_drafts(session: Session, now: datetime) -> None:
    """Erase drafts whose time is over."""
    session.execute(sa.delete(Draft).where(Draft.expires_at < now))
