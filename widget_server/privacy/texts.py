"""The texts of the data consents: one box and one text per purpose, none ticked beforehand.

A text is never edited: a new wording is a new version, because the proof names the words a person
saw (156-ФЗ of 24.06.2025). Placeholders are filled with the operator, the service and the policy.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Purpose(StrEnum):
    """What a consent is for."""

    PROCESS = "process"
    TRANSFER = "transfer"
    PUBLISH_NAME = "publish-name"


REQUIRED = (Purpose.PROCESS, Purpose.TRANSFER)
OPTIONAL = (Purpose.PUBLISH_NAME,)


@dataclass(frozen=True, slots=True)
class ConsentAsked:
    """One box as it stands on the form: its purpose, version, language and exact words."""

    purpose: Purpose
    version: str
    language: str
    text: str
    is_required: bool


@dataclass(frozen=True, slots=True)
class ConsentGiven:
    """One box that a person ticked, with the words beside it and the origin of the page around it."""

    asked: ConsentAsked
    origin: str


_VERSION = "2026-11-01"
_TEXTS = {
    ("process", "ru"): (
        "Я даю {operator} согласие на обработку имени, почты и места проблемы, чтобы принять сообщение "
        "и прислать ответ. Срок: до закрытия проблемы и ещё три года. Отозвать можно так, как сказано "
        "на странице «Как мы обращаемся с данными»."
    ),
    ("process", "en"): (
        "I allow {operator} to process my name, e-mail and the place of the problem in order to take my "
        "report and send me the answer, until the problem is closed and three years more. I can withdraw "
        "this as the page «How we treat your data» says."
    ),
    ("transfer", "ru"): (
        "Я согласен передать имя, почту и сообщение тому, кто отвечает за проблему: {receiver}."
    ),
    ("transfer", "en"): (
        "I agree that my name, e-mail and report go to who is responsible for the problem: {receiver}."
    ),
    ("publish-name", "ru"): "Показывать моё имя рядом с сообщением. Без этого имя видит только служба.",
    ("publish-name", "en"): "Show my name beside the report. Without this only the service sees it.",
}


def consent_texts(language: str, *, operator: str, receiver: str) -> Sequence[ConsentAsked]:
    """Give the boxes of a report's form, required ones first."""
    return tuple(
        ConsentAsked(
            purpose=purpose,
            version=_VERSION,
            language=language,
            text=_TEXTS[purpose.value, language].format(operator=operator, receiver=receiver),
            is_required=purpose in REQUIRED,
        )
        for purpose in (*REQUIRED, *OPTIONAL)
    )
