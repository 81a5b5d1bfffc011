"""The demo's named cast: who lives in it and what each is there to show."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Person:
    """Somebody who can sign in at the provider."""

    email: str
    name: str
    role: str


@dataclass(frozen=True)
class Official(Person):
    """A member of staff: of one responsible service by its code, or of the platform."""

    authority: str | None = None


ANNA = Person("anna@kolomna.example", "Анна Волкова", "жительница, сообщает о проблемах")
IRINA = Official("irina@kolomna.example", "Ирина Белова", "Дорожная служба, отвечает", "kolomna-roads")
PAVEL = Official("pavel@kolomna.example", "Павел Орлов", "площадка, видит все сообщения")
PEOPLE: tuple[Person, ...] = (ANNA, IRINA, PAVEL)
