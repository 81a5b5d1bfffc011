"""The names that pages show for the codes in reports, in the language of the page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from widget_server.routing import AuthorityContact, Catalogue


@dataclass(frozen=True, slots=True)
class Choice:
    """One entry of a list to choose from."""

    code: str
    label: str


@dataclass(frozen=True, slots=True)
class ChoiceGroup:
    """Entries under a common title."""

    label: str
    choices: tuple[Choice, ...]


class Names:
    """Names by code. A code that is known no more is shown as it is, because old reports have such."""

    def __init__(
        self,
        catalogue: Catalogue,
        offered: Sequence[AuthorityContact],
        old: Sequence[AuthorityContact] = (),
        *,
        language: str,
    ) -> None:
        self._catalogue, self._language = catalogue, language
        self._offered = {own.card.code: own.card.short_name.in_language(language) for own in offered}
        self._services = {own.card.code: own.card.short_name.in_language(language) for own in old}
        self._services |= self._offered

    @property
    def services(self) -> tuple[Choice, ...]:
        """The services to choose from: those in force."""
        return tuple(Choice(code, label) for code, label in self._offered.items())

    @property
    def categories(self) -> tuple[ChoiceGroup, ...]:
        """The categories to choose from, by group."""
        return tuple(
            ChoiceGroup(group.label.in_language(self._language), self._in_group(group.code))
            for group in self._catalogue.groups
        )

    def category(self, code: str) -> str:
        """Name a category."""
        found = self._catalogue.category(code)
        return found.label.in_language(self._language) if found else code

    def service(self, code: str) -> str:
        """Name a service."""
        return self._services.get(code, code)

    def answers(self, category_code: str, given: Mapping[str, str]) -> list[tuple[str, str]]:
        """Give the extra questions of a report with their answers, both as people read them."""
        found = self._catalogue.category(category_code)
        named = []
        for question in found.questions if found else ():
            labels = {own.value: own.label.in_language(self._language) for own in question.options}
            if value := given.get(question.key):
                named.append((question.label.in_language(self._language), labels.get(value, value)))
        return named

    def _in_group(self, code: str) -> tuple[Choice, ...]:
        return tuple(
            Choice(own.code, own.label.in_language(self._language)) for own in self._catalogue.in_group(code)
        )
