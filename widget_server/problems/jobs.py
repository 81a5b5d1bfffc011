"""What follows a commit: letters to the reporter, the service and staff; reminders; erasure."""

from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from idp.kernel.ground import clock
from idp.kernel.web.i18n import in_language
from idp.kernel.work.floor import Floor
from idp.kernel.work.outbox import Delivery
from widget_server.media import destroy_photos
from widget_server.notifications import Letter, post_letter
from widget_server.privacy import log_destruction, withdraw_consents
from widget_server.routing import Catalogue, authority_by_code
from widget_server.settings import settings_of

from . import events, letters
from .drafts import forget_drafts
from .letters import LetterFacts
from .links import confirm_path, service_path, status_path
from .models import HistoryEntry, Problem, Reporter, ServiceLink
from .service import open_link
from .states import Action, State

REMIND_AFTER = timedelta(hours=24)
ERASE_AFTER = timedelta(days=30)
_BATCH = 100


class LetterDesk:
    """Composes and posts the letters of problems; every listener is idempotent by its delivery's id."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def on_reported(self, delivery: Delivery, floor: Floor) -> None:
        """Ask a guest to confirm the e-mail."""
        self._ask_to_confirm(delivery, floor, is_reminder=False)

    def on_reminded(self, delivery: Delivery, floor: Floor) -> None:
        """Ask a second and last time."""
        self._ask_to_confirm(delivery, floor, is_reminder=True)

    def on_sent(self, delivery: Delivery, floor: Floor) -> None:
        """Take the report to its service, or to staff when nobody serves, and tell the reporter."""
        with floor.db.writing() as session:
            problem = _problem(session, delivery)
            if problem is None:
                return
            self._tell_reporter_sent(session, problem, delivery, floor)
            if problem.service_code:
                self._tell_service(session, problem, delivery, floor)
            else:
                self._tell_staff(session, problem, delivery, floor)

    def on_changed(self, delivery: Delivery, floor: Floor) -> None:
        """Tell the reporter what the service did."""
        with floor.db.writing() as session:
            problem = _problem(session, delivery)
            entry = session.get(HistoryEntry, UUID(delivery.payload["entry_id"]))
            reporter = _reporter(session, problem)
            if problem is None or entry is None or reporter is None or Action(entry.action) is Action.ASSIGN:
                return
            with in_language(reporter.language):
                facts = self._facts(session, problem, floor, reporter.language)
                words = letters.to_reporter_changed(facts, Action(entry.action), entry.text)
            _post(session, floor, words, problem, reporter.email, "reporter", entry.action, delivery)

    def _ask_to_confirm(self, delivery: Delivery, floor: Floor, *, is_reminder: bool) -> None:
        with floor.db.writing() as session:
            problem = _problem(session, delivery)
            reporter = _reporter(session, problem)
            if problem is None or reporter is None or reporter.confirm_until is None or reporter.confirmed_at:
                return
            url = floor.settings.public_url + confirm_path(floor.capabilities, reporter.id)
            with in_language(reporter.language):
                facts = self._facts(session, problem, floor, reporter.language)
                words = letters.to_confirm(facts, url, reporter.confirm_until, is_reminder=is_reminder)
            occasion = "reminded" if is_reminder else "reported"
            _post(session, floor, words, problem, reporter.email, "reporter", occasion, delivery)

    def _tell_reporter_sent(
        self, session: Session, problem: Problem, delivery: Delivery, floor: Floor
    ) -> None:
        reporter = _reporter(session, problem)
        if reporter is None or not reporter.email:
            return
        with in_language(reporter.language):
            words = letters.to_reporter_sent(self._facts(session, problem, floor, reporter.language))
        _post(session, floor, words, problem, reporter.email, "reporter", "sent", delivery)

    def _tell_service(self, session: Session, problem: Problem, delivery: Delivery, floor: Floor) -> None:
        contact = authority_by_code(session, problem.service_code)
        if contact is None or not contact.email:
            self._tell_staff(session, problem, delivery, floor)
            return
        link = _standing_link(session, problem) or open_link(session, problem)
        session.flush()
        url = floor.settings.public_url + service_path(floor.capabilities, link.id)
        with in_language("ru"):
            words = letters.to_service(self._facts(session, problem, floor, "ru"), url)
        _post(session, floor, words, problem, contact.email, "service", "sent", delivery)

    def _tell_staff(self, session: Session, problem: Problem, delivery: Delivery, floor: Floor) -> None:
        with in_language("ru"):
            facts = self._facts(session, problem, floor, "ru")
            console = f"{floor.settings.public_url}/console/{problem.number}"
            words = letters.to_staff(replace(facts, status_url=console))
        _post(session, floor, words, problem, settings_of(floor).staff_email, "staff", "sent", delivery)

    def _facts(self, session: Session, problem: Problem, floor: Floor, language: str) -> LetterFacts:
        category = self._catalogue.category(problem.category)
        contact = authority_by_code(session, problem.service_code) if problem.service_code else None
        return LetterFacts(
            number=problem.number,
            category=category.label.in_language(language) if category else problem.category,
            place=problem.address or f"{problem.lat:.5f}, {problem.lon:.5f}",
            description=problem.description,
            service=contact.card.name.in_language(language) if contact else "",
            answer_due_at=problem.answer_due_at,
            fix_due_at=problem.fix_due_at,
            status_url=floor.settings.public_url + status_path(problem.number),
            level=problem.level,
        )


def remind_and_erase(floor: Floor) -> None:
    """Remind guests once after a day; erase after thirty days what was never confirmed; forget old drafts."""
    now = clock.now()
    with floor.db.writing() as session:
        _remind(session, floor, now)
        _erase_unconfirmed(session, floor, now)
        forget_drafts(session, now)


def _remind(session: Session, floor: Floor, now: datetime) -> None:
    waiting = _waiting().where(
        Reporter.reminded_at.is_(None), Reporter.created_at < now - REMIND_AFTER, Reporter.confirm_until > now
    )
    for problem, reporter in session.execute(waiting.limit(_BATCH)):
        reporter.reminded_at = now
        floor.outbox.emit(session, events.REMINDED, {"problem_id": str(problem.id)})


def _erase_unconfirmed(session: Session, floor: Floor, now: datetime) -> None:
    stale = session.execute(_waiting().where(Reporter.created_at < now - ERASE_AFTER).limit(_BATCH)).all()
    destroy_photos(session, [problem.id for problem, _ in stale], files=floor.files)
    for problem, reporter in stale:
        withdraw_consents(session, subject_id=problem.id, now=now)
        what = ["name", "email", "place", "description", "photos"]
        log_destruction(session, what, subject_id=problem.id, ground="not confirmed in 30 days", now=now)
        session.execute(sa.delete(HistoryEntry).where(HistoryEntry.problem_id == problem.id))
        session.delete(problem)
        session.flush()
        session.delete(reporter)


def _waiting() -> sa.Select[Problem, Reporter]:
    unconfirmed = Problem.state == State.AWAITING_CONFIRMATION.value
    return sa.select(Problem, Reporter).join(Reporter, Problem.reporter_id == Reporter.id).where(unconfirmed)


def _problem(session: Session, delivery: Delivery) -> Problem | None:
    return session.get(Problem, UUID(delivery.payload["problem_id"]))


def _reporter(session: Session, problem: Problem | None) -> Reporter | None:
    if problem is None or problem.reporter_id is None:
        return None
    reporter = session.get(Reporter, problem.reporter_id)
    return reporter if reporter is not None and reporter.email else None


def _standing_link(session: Session, problem: Problem) -> ServiceLink | None:
    mine = sa.select(ServiceLink).where(
        ServiceLink.problem_id == problem.id,
        ServiceLink.service_code == problem.service_code,
        ServiceLink.revoked_at.is_(None),
    )
    return session.scalar(mine.limit(1))


def _post(
    session: Session,
    floor: Floor,
    words: letters.Words,
    problem: Problem,
    to: str,
    audience: str,
    occasion: str,
    delivery: Delivery,
) -> None:
    letter = Letter(
        to=to,
        subject=words.subject,
        text=words.text,
        audience=audience,
        occasion=occasion,
        about=problem.id,
        dedup=f"{delivery.id}:{audience}",
    )
    post_letter(session, letter, outbox=floor.outbox)
