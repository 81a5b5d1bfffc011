"""Pure rules of identity: frozen values, levels, the way back after sign-in, PKCE.

Standard library only; nothing here knows a request, a database or a key.
"""

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from urllib.parse import unquote, urlencode, urlsplit

SCOPE = "openid profile email"
HOME = "/my"
LONGEST_PATH = 500
ATTEMPT_LIFE = timedelta(hours=1)
IDLE_LIFE = timedelta(hours=12)
ABSOLUTE_LIFE = timedelta(days=7)
TOUCH_EVERY = timedelta(minutes=5)
# Longer than any access token of the provider lives, its leeway included.
ENDED_KEPT = timedelta(hours=2)
_LEVELS = {"L0": 0, "L1": 1, "L2": 2, "L3": 3}


class Role(StrEnum):
    """What a member of staff may do: everything, or what concerns one responsible service."""

    PLATFORM = "platform_staff"
    AUTHORITY = "authority_staff"


@dataclass(frozen=True, slots=True)
class Person:
    """Whom an access token speaks for: the `sub` it was given, the level, the client that asks."""

    sub: str
    acr: str
    client_id: str
    scope: frozenset[str]

    @property
    def level(self) -> int:
        """The assurance level, 0 to 3."""
        return level_of(self.acr)


@dataclass(frozen=True, slots=True)
class PersonClaims:
    """What the provider says about a person when asked with that person's token."""

    sub: str
    email: str
    email_verified: bool
    name: str


@dataclass(frozen=True, slots=True)
class SignedIn:
    """Who is signed in at our own pages; `name` is for showing only and may be empty.

    `sid` is the provider's session behind it, empty when the provider names none.
    """

    sub: str
    name: str
    acr: str
    sid: str = ""


@dataclass(frozen=True, slots=True)
class Staff:
    """A person with a role; `authority` is the code of the one service, none for platform staff."""

    sub: str
    name: str
    role: Role
    authority: str | None


@dataclass(frozen=True, slots=True)
class RoleRow:
    """One granted role, as listed."""

    sub: str
    role: Role
    authority: str | None
    granted_at: datetime
    granted_by: str


def level_of(acr: str) -> int:
    """Give the assurance level 0 to 3 that an `acr` spells; what is unknown counts as a guest."""
    return _LEVELS.get(acr.rpartition(":")[2].upper(), 0)


def local_path(asked: str) -> str:
    """Give the path to go on to after sign-in: a same-origin path, or the home page (spec C6.17)."""
    return asked if is_local_path(asked) else HOME


def is_local_path(text: str) -> bool:
    """Say whether a text is a path of this very origin, however a browser may read it."""
    if not text.startswith("/") or len(text) > LONGEST_PATH:
        return False
    return all(_is_harmless(form) for form in (text, unquote(text)))


def _is_harmless(text: str) -> bool:
    # Browsers drop tabs and line ends from URLs and read "\" as "/": "/\t/evil" is "//evil" to them.
    if text.startswith("//") or "\\" in text or any(ord(c) <= 0x20 or ord(c) == 0x7F for c in text):
        return False
    return not urlsplit(text).netloc


def code_challenge(verifier: str) -> str:
    """Give the S256 challenge of a verifier (RFC 7636 §4.2)."""
    hashed = hashlib.sha256(verifier.encode("ascii")).digest()
    return base64.urlsafe_b64encode(hashed).rstrip(b"=").decode()


def with_query(address: str, **parameters: str) -> str:
    """Give an address with parameters added; it may have a query already (RFC 6749 §3.1)."""
    glue = "&" if urlsplit(address).query else "?"
    return f"{address}{glue}{urlencode(parameters)}"


def is_session_alive(*, seen_at: datetime, ends_at: datetime, now: datetime) -> bool:
    """Say whether a session is within both its limits: idle and absolute."""
    return now < ends_at and now < seen_at + IDLE_LIFE
