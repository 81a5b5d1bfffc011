"""The words of letters: what each must hold, and what none may."""

from datetime import UTC, datetime

import pytest
from flask import Flask

from idp.kernel.web.i18n import in_language
from widget_server.problems import Action
from widget_server.problems.letters import (
    LetterFacts,
    Words,
    to_confirm,
    to_reporter_changed,
    to_reporter_sent,
    to_service,
    to_staff,
)

DUE = datetime(2026, 6, 20, 20, 59, tzinfo=UTC)
STATUS = "https://widget.example/p/50-ABCD-EFGH"
LINK = "https://widget.example/s/1/secret"
FACTS = LetterFacts(
    number="50-ABCD-EFGH",
    category="Яма на дороге",
    place="ул. Ленина, 1",
    description="Яма у остановки",
    service="Дорожная служба",
    answer_due_at=DUE,
    fix_due_at=None,
    status_url=STATUS,
)
LANGUAGES = ("ru", "en")


def _all_letters(facts: LetterFacts) -> list[Words]:
    return [
        to_confirm(facts, LINK, DUE, is_reminder=False),
        to_confirm(facts, LINK, DUE, is_reminder=True),
        to_reporter_sent(facts),
        *[to_reporter_changed(facts, action, "Слова службы") for action in _SERVICE],
        to_service(facts, LINK),
        to_staff(facts),
    ]


_SERVICE = (Action.TAKE, Action.ANSWER, Action.FIX, Action.REFUSE)


@pytest.fixture(autouse=True)
def _in_app(widget_app: Flask) -> None:
    """Translations live in the app."""


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_letter_names_its_report_in_one_line(language: str) -> None:
    with in_language(language):
        for words in _all_letters(FACTS):
            assert "50-ABCD-EFGH" in words.subject
            assert "\n" not in words.subject
            assert "%(" not in words.subject + words.text
            assert words.text.endswith("\n")
            assert "\n\n\n" not in words.text


def test_letters_speak_russian() -> None:
    with in_language("ru"):
        for words in _all_letters(FACTS):
            latin = [
                w
                for w in words.text.replace(STATUS, "").replace(LINK, "").split()
                if w.isascii() and w.isalpha()
            ]
            assert latin == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_question_holds_link_and_its_end(language: str) -> None:
    with in_language(language):
        words = to_confirm(FACTS, LINK, DUE, is_reminder=False)
    assert LINK in words.text
    assert "23:59" in words.text
    assert "ул. Ленина, 1" in words.text
    assert STATUS not in words.text, "one action a letter"


def test_service_gets_what_it_needs_to_act() -> None:
    with in_language("ru"):
        text = to_service(FACTS, LINK).text
    for needed in ("Яма на дороге", "ул. Ленина, 1", "Яма у остановки", LINK, "20 июня", "59-ФЗ"):
        assert needed in text


def test_legal_force_follows_the_level() -> None:
    verified = LetterFacts(**{name: getattr(FACTS, name) for name in FACTS.__slots__} | {"level": 3})
    with in_language("en"):
        assert "can be treated as an appeal" in to_service(verified, LINK).text
        assert "not an appeal" in to_service(FACTS, LINK).text


def test_promise_not_made_is_not_told() -> None:
    free = LetterFacts(**{name: getattr(FACTS, name) for name in FACTS.__slots__} | {"answer_due_at": None})
    with in_language("en"):
        assert "due by" not in to_service(free, LINK).text
        assert "due by" in to_service(FACTS, LINK).text


def test_reporter_never_gets_the_services_link() -> None:
    with in_language("ru"):
        letters = [to_reporter_sent(FACTS), *[to_reporter_changed(FACTS, a, "Да") for a in _SERVICE]]
    assert not [words for words in letters if LINK in words.text]
    assert all(STATUS in words.text for words in letters)


def test_words_of_the_service_arrive_unchanged() -> None:
    said = "50 % готово: {{7*7}} <b>%s</b> %(number)s"
    with in_language("ru"):
        assert said in to_reporter_changed(FACTS, Action.ANSWER, said).text


def test_nobody_serves_is_said_openly() -> None:
    nobody = LetterFacts(**{name: getattr(FACTS, name) for name in FACTS.__slots__} | {"service": ""})
    with in_language("en"):
        assert "No service is responsible" in to_reporter_sent(nobody).text
