"""Passwords of people: argon2id with 19 MiB and two passes (OWASP's first choice), a few at a time.

A burst of sign-ins waits in a short queue instead of taking the machine (see `heavy`; 19 MiB each).
An unknown account costs the same hash as a known one (spec C6.10).
"""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from idp.kernel.ground.ids import new_secret
from idp.kernel.work.heavy import HeavyWork, spare_processors

from .rules import LONGEST_PASSWORD, normal_password

MOST_WAITING = 24
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_work = HeavyWork(at_once=spare_processors(), waiting=MOST_WAITING)
_NOBODYS_HASH = _hasher.hash(new_secret())


def hash_password(password: str) -> str:
    """Give the hash under which a password is kept; raises Crowded when too many wait for theirs."""
    normal = normal_password(password)
    return _work.do(lambda: _hasher.hash(normal))


def is_password(password_hash: str | None, password: str) -> bool:
    """Say whether a password fits; takes as long without a hash as with one. Raises Crowded."""
    tried = normal_password(password[: LONGEST_PASSWORD + 1])
    try:
        fits = _work.do(lambda: _hasher.verify(password_hash or _NOBODYS_HASH, tried))
    except (VerificationError, InvalidHashError):
        return False
    return fits and password_hash is not None
