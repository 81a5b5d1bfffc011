"""The catalogue as people read it: groups, categories and questions in one language."""

from collections.abc import Sequence
from dataclasses import dataclass

from widget_server.routing.catalogue import Catalogue, Category, Question


@dataclass(frozen=True, slots=True)
class OptionCard:
    """One choice of a question, in the person's language."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class QuestionCard:
    """An extra question, in the person's language."""

    key: str
    label: str
    kind: str
    is_required: bool
    changes_receiver: bool
    options: tuple[OptionCard, ...]


@dataclass(frozen=True, slots=True)
class GroupCard:
    """A group of categories, in the person's language."""

    code: str
    label: str


@dataclass(frozen=True, slots=True)
class CategoryCard:
    """A category's rules, in the person's language."""

    code: str
    group_code: str
    label: str
    photo: str
    text: str
    stop: str
    visibility: str
    place: str
    nearby_radius_m: int
    questions: tuple[QuestionCard, ...]


class Cards:
    """The catalogue in each language, made once."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._groups = {
            language: tuple(GroupCard(g.code, g.label.in_language(language)) for g in catalogue.groups)
            for language in ("ru", "en")
        }
        self._categories = {
            language: {own.code: _category_card(own, language) for own in catalogue.categories}
            for language in ("ru", "en")
        }

    def groups(self, language: str) -> tuple[GroupCard, ...]:
        """Give all groups."""
        return self._groups["en" if language == "en" else "ru"]

    def category(self, code: str, language: str) -> CategoryCard:
        """Give one category."""
        return self._categories["en" if language == "en" else "ru"][code]


def _category_card(category: Category, language: str) -> CategoryCard:
    return CategoryCard(
        code=category.code,
        group_code=category.group_code,
        label=category.label.in_language(language),
        photo=category.photo,
        text=category.text,
        stop=category.stop.in_language(language) if category.stop else "",
        visibility=category.visibility,
        place=category.place,
        nearby_radius_m=category.nearby_radius_m,
        questions=_question_cards(category.questions, language),
    )


def _question_cards(questions: Sequence[Question], language: str) -> tuple[QuestionCard, ...]:
    return tuple(
        QuestionCard(
            key=question.key,
            label=question.label.in_language(language),
            kind=question.kind,
            is_required=question.is_required,
            changes_receiver=question.changes_receiver,
            options=tuple(OptionCard(own.value, own.label.in_language(language)) for own in question.options),
        )
        for question in questions
    )
