"""One box and one text per purpose, none joined with another, the words complete in both languages."""

import pytest

from widget_server.privacy import OPTIONAL, REQUIRED, Purpose, consent_texts

BOTH = pytest.mark.parametrize("language", ["ru", "en"])


@BOTH
def test_each_purpose_has_a_box_of_its_own(language: str) -> None:
    boxes = consent_texts(language, operator="Окно", receiver="Дорожная служба")
    assert [box.purpose for box in boxes] == [*REQUIRED, *OPTIONAL] == list(Purpose)
    assert len({box.text for box in boxes}) == 3


@BOTH
def test_required_boxes_are_said_to_be(language: str) -> None:
    boxes = consent_texts(language, operator="Окно", receiver="Служба")
    assert [box.is_required for box in boxes] == [True, True, False]


@BOTH
def test_words_name_operator_and_receiver(language: str) -> None:
    process, transfer, _ = consent_texts(language, operator="«Окно»", receiver="«Служба»")
    assert "«Окно»" in process.text
    assert "«Служба»" in transfer.text


@pytest.mark.parametrize("name", ["{receiver}", "{0.__class__}", "%(x)s", "{", "<b>"])
def test_names_are_taken_literally(name: str) -> None:
    boxes = consent_texts("ru", operator=name, receiver=name)
    assert all(name in box.text for box in boxes[:2])


def test_texts_carry_version_and_language() -> None:
    assert {(b.version, b.language) for b in consent_texts("ru", operator="a", receiver="b")} == {
        ("2026-11-01", "ru")
    }
