"""From what a person or a program entered to a ReportCommand that cannot be wrong.

Both doors fill the same `ReportFields`; the checks are by step, so that the form can say at once what
is missing, and all run again before sending. Nothing behind this module reads a raw form.
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any
from uuid import UUID

from email_validator import EmailNotValidError, validate_email

from idp.kernel.ground.faults import FieldFault, Invalid
from idp.kernel.ground.text import clean_line, clean_text
from widget_server.privacy import REQUIRED, ConsentAsked, ConsentGiven
from widget_server.routing import PinAnswer, PinCategory, QuestionCard, Receiver, answer_key

from .commands import ClockRules, Contact, ReportCommand, Route

LONGEST_DESCRIPTION = 4000
LONGEST_ADDRESS = 300
LONGEST_NAME = 200
LONGEST_ANSWER = 200
LONGEST_EMAIL = 254


@dataclass(frozen=True, slots=True)
class ReportFields:
    """What was entered so far, cleaned but not yet checked; `service` is the one picked among several."""

    lon: float | None = None
    lat: float | None = None
    address: str = ""
    category: str = ""
    description: str = ""
    answers: Mapping[str, str] = field(default_factory=dict)
    service: str = ""
    email: str = ""
    name: str = ""
    sub: str = ""
    level: int = 0
    consents: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Give the form in which a draft keeps it."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> "ReportFields":
        """Read a draft's form back."""
        known = {f.name: stored[f.name] for f in fields(cls) if f.name in stored}
        return cls(**{**known, "consents": tuple(known.get("consents", ()))})


def check_place(entered: ReportFields, pin: PinAnswer | None) -> list[FieldFault]:
    """Say what is wrong with the place."""
    if entered.lon is None or entered.lat is None or pin is None:
        return [
            FieldFault("address", "Choose where the problem is: on the map, from the list or by coordinates")
        ]
    if pin.is_outside:
        return [FieldFault("address", pin.message)]
    return _too_long("address", entered.address, LONGEST_ADDRESS)


def check_category(entered: ReportFields, pin: PinAnswer) -> list[FieldFault]:
    """Say what is wrong with the category."""
    if pin.category(entered.category) is None:
        return [FieldFault("category", "Choose what the problem is about from the list")]
    return []


def check_details(entered: ReportFields, chosen: PinCategory) -> list[FieldFault]:
    """Say what is wrong with the description, the answers and the choice among several services."""
    faults = _too_long("description", entered.description, LONGEST_DESCRIPTION)
    if chosen.card.text == "required" and not entered.description:
        faults.append(FieldFault("description", "Describe what is wrong in a few words"))
    faults += [f for question in chosen.card.questions for f in _check_answer(question, entered.answers)]
    if not faults:
        faults += _check_receiver(entered, receivers_of(entered, chosen))
    return faults


def check_photos(chosen: PinCategory, photo_count: int) -> list[FieldFault]:
    """Say whether a photo is missing."""
    if chosen.card.photo == "required" and photo_count == 0:
        return [
            FieldFault("photo", "Add at least one photo: without it the service cannot act on this problem")
        ]
    return []


def check_contact(entered: ReportFields) -> list[FieldFault]:
    """Say what is wrong with the contact and the consents."""
    faults = _too_long("name", entered.name, LONGEST_NAME)
    if _normal_email(entered.email) is None:
        faults.append(
            FieldFault("email", "Enter an e-mail address such as name@example.org: the answer goes there")
        )
    missing = [p for p in REQUIRED if p.value not in entered.consents]
    message = "Without this consent the report cannot be taken"
    return faults + [FieldFault(f"consent-{p.value}", message) for p in missing]


def receivers_of(entered: ReportFields, chosen: PinCategory) -> tuple[Receiver, ...]:
    """Give who may get the report under the answers given: none, one, or several to pick from."""
    question = next((q for q in chosen.card.questions if q.changes_receiver), None)
    return chosen.receivers_for(answer_key(entered.answers.get(question.key, "")) if question else None)


def receiver_of(entered: ReportFields, chosen: PinCategory) -> Receiver | None:
    """Give who gets the report: the only one, the one picked, or nobody."""
    possible = receivers_of(entered, chosen)
    if len(possible) == 1:
        return possible[0]
    return next((r for r in possible if r.code == entered.service), None)


def report_command(
    entered: ReportFields,
    *,
    pin: PinAnswer | None,
    partner_id: UUID,
    origin: str,
    language: str,
    asked: Iterable[ConsentAsked],
    photo_owner: UUID | None,
    photo_count: int,
) -> ReportCommand:
    """Check everything once more and give the command; raises Invalid with every field that is wrong."""
    _raise(check_place(entered, pin))
    assert pin is not None  # noqa: S101 - check_place has refused it
    _raise(check_category(entered, pin))
    chosen = pin.category(entered.category)
    assert chosen is not None  # noqa: S101 - check_category has refused it
    _raise([*check_details(entered, chosen), *check_photos(chosen, photo_count), *check_contact(entered)])
    given = tuple(ConsentGiven(one, origin) for one in asked if one.purpose.value in entered.consents)
    return ReportCommand(
        partner_id=partner_id,
        language=language,
        lon=pin.lon,
        lat=pin.lat,
        address=entered.address,
        category=entered.category,
        is_public=chosen.card.visibility == "public",
        route=_route(receiver_of(entered, chosen), pin),
        description=entered.description,
        answers=_known_answers(entered, chosen),
        contact=Contact(_normal_email(entered.email) or "", entered.name, entered.sub, entered.level),
        consents=given,
        photo_owner=photo_owner,
        is_name_public="publish-name" in entered.consents,
    )


def check_words(text: str) -> None:
    """Refuse an answer of a service that is empty or too long; raises Invalid."""
    if not text:
        _raise([FieldFault("text", "Write the answer that the reporter and everybody will read")])
    _raise(_too_long("text", text, LONGEST_DESCRIPTION))


def clean_fields(raw: Mapping[str, str], answers: Mapping[str, str]) -> dict[str, Any]:
    """Clean the texts of a form: lines to lines, the description keeps its own."""
    cleaned: dict[str, Any] = {name: clean_line(text) for name, text in raw.items() if name != "description"}
    if "description" in raw:
        cleaned["description"] = clean_text(raw["description"])
    cleaned["answers"] = {key: clean_line(text) for key, text in answers.items() if clean_line(text)}
    return cleaned


def _check_answer(question: QuestionCard, answers: Mapping[str, str]) -> list[FieldFault]:
    name, value = f"answer-{question.key}", answers.get(question.key, "")
    if not value:
        return [FieldFault(name, "Please answer this question")] if question.is_required else []
    if question.kind == "singlevalue" and value not in {o.value for o in question.options}:
        return [FieldFault(name, "Choose one of the answers from the list")]
    if question.kind == "number" and not (value.isascii() and value.isdigit() and len(value) < 7):
        return [FieldFault(name, "Enter a number, digits only")]
    return _too_long(name, value, LONGEST_ANSWER)


def _check_receiver(entered: ReportFields, possible: tuple[Receiver, ...]) -> list[FieldFault]:
    if len(possible) > 1 and entered.service not in {r.code for r in possible}:
        return [FieldFault("service", "Several services work here: choose who should get the report")]
    return []


def _known_answers(entered: ReportFields, chosen: PinCategory) -> dict[str, str]:
    keys = {q.key for q in chosen.card.questions}
    return {key: value for key, value in entered.answers.items() if key in keys}


def _route(receiver: Receiver | None, pin: PinAnswer) -> Route:
    if receiver is None:
        return Route(
            "", pin.territories[0].code if pin.territories else "", pin.region, ClockRules(None, None)
        )
    fix = receiver.fix_rule
    rules = ClockRules(
        (receiver.answer_rule.days, receiver.answer_rule.kind), (fix.days, fix.kind) if fix else None
    )
    return Route(receiver.code, receiver.territory.code, pin.region, rules)


def _normal_email(text: str) -> str | None:
    """Give an address in the form in which every mail server takes it: a domain in Cyrillic as ASCII."""
    try:
        found = validate_email(text, check_deliverability=False, allow_smtputf8=False).ascii_email
    except EmailNotValidError:
        return None
    return found if found and len(found) <= LONGEST_EMAIL else None


def _too_long(name: str, text: str, most: int) -> list[FieldFault]:
    if len(text) <= most:
        return []
    message = "This is too long by %(extra)s characters: at most %(most)s are taken"
    return [FieldFault(name, message, {"extra": len(text) - most, "most": most})]


def _raise(faults: list[FieldFault]) -> None:
    if faults:
        raise Invalid(fields=faults)
