"""Passwords of people: argon2id with 19 MiB and two passes (OWASP's first choice), a few at a time.

The semaphore bounds memory: a burst of sign-ins waits instead of taking the machine (19 MiB each).
An unknown account costs the same hash as a known one (spec C6.10).
"""

from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from idp.kernel.ground.ids import new_secret

from .rules import LONGEST_PASSWORD, normal_password

_AT_ONCE = 4
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_turns = BoundedSemaphore(_AT_ONCE)
_NOBODYS_HASH = _hasher.hash(new_secret())


def hash_password(password: str) -> str:
    """Give the hash under which a password is kept."""
    with _turns:
        return _hasher.hash(normal_password(password))


def is_password(password_hash: str | None, password: str) -> bool:
    """Say whether a password fits; takes as long without a hash as with one."""
    tried = normal_password(password[: LONGEST_PASSWORD + 1])
    with _turns:
        try:
            fits = _hasher.verify(password_hash or _NOBODYS_HASH, tried)
        except (VerificationError, InvalidHashError):
            return False
    return fits and password_hash is not None
