"""Pure rules of the accounts: which address equals which, which password is good enough.

Addresses are compared in one form only, made here (spec C6.13); letters go to the address as its
owner entered it.
"""

import unicodedata
from collections.abc import Container, Sequence
from dataclasses import dataclass

from email_validator import SPECIAL_USE_DOMAIN_NAMES, EmailNotValidError, validate_email

from idp.kernel.ground.faults import FieldFault, Invalid
from idp.kernel.ground.text import clean_line, comparable

from .common import LONGEST_ESTIMATED, TO_LATIN_KEYS, russian_words, strength
from .phones import parse_phone, spoken_phone

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 256
_LONGEST_EMAIL = 254
_STRONG_ENOUGH = 3
# People of the demo live at names of this machine. Nobody gains by typing one: the letter must arrive.
for _name in ("localhost", "test"):
    if _name in SPECIAL_USE_DOMAIN_NAMES:
        SPECIAL_USE_DOMAIN_NAMES.remove(_name)


@dataclass(frozen=True, slots=True)
class Address:
    """Where a person is reached, e-mail or telephone: as entered, and the form in which two are compared."""

    text: str
    key: str

    @property
    def is_phone(self) -> bool:
        """Whether this is a telephone number; no number has an @, no e-mail address lacks one."""
        return "@" not in self.key

    @property
    def spoken(self) -> str:
        """The address as it is shown."""
        return spoken_phone(self.key) if self.is_phone else self.text


class PasswordTooWeak(Invalid):
    """The password would be guessed."""

    code = "password-too-weak"


def parse_address(text: str) -> Address | None:
    """Give the e-mail address or the telephone number that a text spells, or nothing."""
    return parse_email(text) or parse_number(text)


def parse_number(text: str) -> Address | None:
    """Give the telephone number that a text spells, or nothing."""
    number = parse_phone(text)
    return Address(number, number) if number else None


def parse_email(text: str) -> Address | None:
    """Give the e-mail address that a text spells, or nothing; no name server is asked."""
    entered = clean_line(text[: 2 * _LONGEST_EMAIL])
    if len(entered) > _LONGEST_EMAIL:
        return None
    try:
        # Not every mail server takes a name before the @ that is not ASCII: nobody could confirm it.
        parsed = validate_email(
            entered, check_deliverability=False, globally_deliverable=False, allow_smtputf8=False
        )
    except EmailNotValidError:
        return None
    domain = (parsed.ascii_domain or parsed.domain).rstrip(".")
    return Address(parsed.normalized, comparable(f"{parsed.local_part}@{domain}"))


def mailbox(text: str) -> str:
    """Give an address as mail servers take it: the domain in IDNA (RFC 5891)."""
    local_part, _, _ = text.rpartition("@")
    return f"{local_part}@{login_key(text).rpartition('@')[2]}"


def login_key(text: str) -> str:
    """Give the form in which a typed login name is looked up; what is no address finds nobody."""
    address = parse_address(text)
    return address.key if address else ""


def normal_password(password: str) -> str:
    """Give the form that is hashed: NFC, so that two keyboards type one password; spaces stay."""
    return unicodedata.normalize("NFC", password)


def password_faults(
    password: str, *, known: Sequence[str] = (), stolen: Container[str] = ()
) -> list[FieldFault]:
    """Give what is wrong with a new password.

    `known` are words that others know of the person, `stolen` is the list that the operator loaded.
    """
    if len(password) < SHORTEST_PASSWORD:
        return [
            FieldFault("password", "Use at least %(count)s characters", {"count": SHORTEST_PASSWORD}),
        ]
    if len(password) > LONGEST_PASSWORD:
        return [FieldFault("password", "Use at most %(count)s characters", {"count": LONGEST_PASSWORD})]
    if normal_password(password) in stolen:
        sentence = "This password is on a list of stolen ones. Take another"
        return [FieldFault("password", sentence)]
    if _is_guessable(password, known):
        sentence = "This password is easy to guess. Take several unrelated words"
        return [FieldFault("password", sentence)]
    return []


def _is_guessable(password: str, known: Sequence[str]) -> bool:
    folded = comparable(password)
    core = folded.strip("0123456789 !?.,-_*@#$%+=")
    if any(_is_repeat(core, word) for word in russian_words()):
        return True
    words = [w for k in known for w in (k, *k.replace("@", " ").split()) if w]
    spellings = {password[:LONGEST_ESTIMATED], folded[:LONGEST_ESTIMATED].translate(TO_LATIN_KEYS)}
    return any(strength(s, known=words) < _STRONG_ENOUGH for s in spellings)


def _is_repeat(text: str, word: str) -> bool:
    return bool(text) and len(text) % len(word) == 0 and word * (len(text) // len(word)) == text
