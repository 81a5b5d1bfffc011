"""The words of the letters about problems. Text first, one action, in the reader's language.

Pure composition: what is known goes in, a letter's subject and text come out. A letter to a service
holds what it needs to act; a letter to the reporter never more than the reporter wrote or may read.
"""

from dataclasses import dataclass
from datetime import datetime

from idp.kernel.web.i18n import day, gettext, moment

from .states import Action


@dataclass(frozen=True, slots=True)
class LetterFacts:
    """What letters tell of a problem; links are complete addresses."""

    number: str
    category: str
    place: str
    description: str
    service: str
    answer_due_at: datetime | None
    fix_due_at: datetime | None
    status_url: str
    level: int = 0


@dataclass(frozen=True, slots=True)
class Words:
    """A letter's subject and text."""

    subject: str
    text: str


def to_confirm(facts: LetterFacts, confirm_url: str, until: datetime, *, is_reminder: bool) -> Words:
    """Ask a guest to confirm the e-mail."""
    subject = gettext("Confirm report %(number)s", number=facts.number)
    if is_reminder:
        subject = gettext("Reminder: confirm report %(number)s", number=facts.number)
    return Words(
        subject,
        _join(
            gettext(
                "You reported a problem: %(category)s, %(place)s.", category=facts.category, place=facts.place
            ),
            gettext("Open this page and press the button, and the report goes out:"),
            confirm_url,
            gettext(
                "The link is valid until %(until)s. Deadlines run from your confirmation.",
                until=moment(until),
            ),
            gettext("If you did not report anything, do nothing: without confirmation all of it is erased."),
        ),
    )


def to_reporter_sent(facts: LetterFacts) -> Words:
    """Tell the reporter who has it now and until when they must answer."""
    if not facts.service:
        who = gettext(
            "No service is responsible for this place yet. Our staff have the report and look for one."
        )
    else:
        who = gettext("It is with: %(service)s.", service=facts.service)
    return Words(
        gettext("Report %(number)s was sent", number=facts.number),
        _join(
            gettext("Your report: %(category)s, %(place)s.", category=facts.category, place=facts.place),
            who,
            _promise(facts),
            gettext("Follow it here, you can share this page, it holds nothing about you:"),
            facts.status_url,
        ),
    )


def to_reporter_changed(facts: LetterFacts, action: Action, words: str) -> Words:
    """Tell the reporter what the service did."""
    told = {
        Action.TAKE: gettext("The service has taken it into work."),
        Action.ANSWER: gettext("The service has answered:"),
        Action.FIX: gettext("The service says that it is fixed:"),
        Action.REFUSE: gettext("The service has refused, with this ground:"),
    }
    return Words(
        gettext("News of report %(number)s", number=facts.number),
        _join(
            gettext("Your report: %(category)s, %(place)s.", category=facts.category, place=facts.place),
            told[action],
            words,
            gettext("The whole history:"),
            facts.status_url,
        ),
    )


def to_service(facts: LetterFacts, link: str) -> Words:
    """Hand the report to its service with the link that opens it."""
    return Words(
        gettext("Report %(number)s: %(category)s", number=facts.number, category=facts.category),
        _join(
            gettext("A citizen reports: %(category)s.", category=facts.category),
            gettext("Place: %(place)s", place=facts.place),
            facts.description,
            _promise(facts),
            _force(facts.level),
            gettext("Photos, map and the form for your answer, no account needed:"),
            link,
            gettext("The link opens this report for whoever has it. Forward it only to colleagues."),
        ),
    )


def to_staff(facts: LetterFacts) -> Words:
    """Tell the platform's staff that nobody serves a place."""
    return Words(
        gettext("Nobody serves report %(number)s", number=facts.number),
        _join(
            gettext("Place: %(place)s", place=facts.place),
            gettext("Your report: %(category)s, %(place)s.", category=facts.category, place=facts.place),
            facts.description,
            gettext("Hand it to a service in the console."),
            facts.status_url,
        ),
    )


def _promise(facts: LetterFacts) -> str:
    if facts.answer_due_at is None:
        return ""
    answer = gettext("Answer due by %(day)s.", day=day(facts.answer_due_at))
    if facts.fix_due_at is None:
        return answer
    return answer + " " + gettext("Fix due by %(day)s.", day=day(facts.fix_due_at))


def _force(level: int) -> str:
    if level >= 3:
        return gettext(
            "The reporter's identity is verified: the report can be treated as an appeal under 59-FZ."
        )
    return gettext("This is a message, not an appeal under 59-FZ: the reporter's identity is not verified.")


def _join(*paragraphs: str) -> str:
    return "\n\n".join(p for p in paragraphs if p) + "\n"
