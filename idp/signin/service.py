"""Checking a password: the same work, time and answer for a known and an unknown name (spec C6.10)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog

from idp.accounts import LONGEST_PASSWORD, find_credentials, is_password, login_key
from idp.kernel.crypto.digests import digest
from idp.kernel.ground.faults import TooMany
from idp.kernel.storage.database import Database

from .throttle import count_try, forgive_try

log = structlog.get_logger("signin")


class TooManyTries(TooMany):
    """The limit of wrong passwords is passed."""

    code = "too-many-tries"
    title = "Too many attempts to sign in"
    detail = "Wait a quarter of an hour and try again, or choose a new password by mail."


@dataclass(frozen=True, slots=True)
class Attempt:
    """What someone typed, and from where."""

    login: str
    password: str
    peer: str


def check_password(db: Database, attempt: Attempt, *, now: datetime) -> UUID | None:
    """Give the account whose name and password these are, or nothing; raises TooManyTries.

    Opens its own short transactions around the hash, which takes longer than both of them.
    """
    key = login_key(attempt.login)
    with db.writing() as session:
        wait = count_try(session, key, attempt.peer, now=now)
        credentials = find_credentials(session, key)
    if wait is not None:
        _note("throttled", key)
        raise TooManyTries(retry_after_seconds=wait)
    fits = is_password(credentials.password_hash if credentials else None, attempt.password)
    if credentials is None or not fits or len(attempt.password) > LONGEST_PASSWORD:
        _note("refused", key)
        return None
    with db.writing() as session:
        forgive_try(session, key, attempt.peer, now=now)
    _note("accepted", key)
    return credentials.account_id


def _note(outcome: str, key: str) -> None:
    """Log for the operator; the name only as a short digest, so that the log holds no addresses."""
    log.info("password_try", outcome=outcome, who=digest(key)[:12])
