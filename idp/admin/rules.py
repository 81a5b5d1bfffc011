"""Pure rules of the staff's pages: who may what, and what of a person support gets to see."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from idp.accounts import AccountRecord, Role

RECENT = timedelta(minutes=15)
REASONS = ("owner-asked", "takeover", "abuse", "order")
PROVED_LEVELS = ("L2", "L3")
SHORTEST_NOTE, LONGEST_NOTE = 5, 200
_HIDDEN = "•••"


@dataclass(frozen=True, slots=True)
class LevelProof:
    """A level that was proved in person, and the note on how."""

    level: str
    note: str


def includes(role: "Role", wanted: "Role") -> bool:
    """Say whether a role is enough for what another one may do."""
    return role == "admin" or role == wanted


def masked(person: "AccountRecord") -> "AccountRecord":
    """Give a person as support sees them: enough to recognise who is on the telephone, no more."""
    return replace(
        person,
        email=masked_email(person.email),
        phone=masked_phone(person.phone),
        name=masked_name(person.name),
        proof_note="",
    )


def masked_email(email: str) -> str:
    """Give the first letter and the domain."""
    local_part, at, domain = email.partition("@")
    return f"{local_part[:1]}{_HIDDEN}@{domain}" if at else ""


def masked_phone(phone: str) -> str:
    """Give the country's code and the last two digits."""
    return f"{phone.split()[0]} {_HIDDEN} {phone[-2:]}" if phone else ""


def masked_name(name: str) -> str:
    """Give the first letter of each word."""
    return " ".join(f"{word[0]}{_HIDDEN}" for word in name.split())


def said_details(details: Mapping[str, object]) -> str:
    """Give the details of an entry as one line."""
    return ", ".join(
        f"{name}: {' '.join(map(str, value)) if isinstance(value, list) else value}"
        for name, value in details.items()
    )
