"""The demo's named cast: who lives in it and what each is there to show."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Person:
    """Somebody who can sign in at the provider."""

    email: str
    name: str
    role: str
    is_staff: bool = False


ANNA = Person("anna@kolomna.example", "Анна Волкова", "жительница, сообщает о проблемах")
PAVEL = Person("pavel@kolomna.example", "Павел Орлов", "сотрудник площадки, видит консоль", is_staff=True)
PEOPLE = (ANNA, PAVEL)
