"""Checking a password: the same work, time and answer for a known and an unknown name (spec C6.10)."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog
from sqlalchemy.orm import Session

from idp.accounts import LONGEST_PASSWORD, Credentials, find_credentials, is_password, login_key
from idp.audit import SOMEBODY, Action, Event, record
from idp.database import tables
from idp.kernel.crypto.digests import digest
from idp.kernel.ground.faults import TooMany
from idp.kernel.storage.database import Database
from idp.kernel.work.heavy import Crowded

from .throttle import count_try, forgive_try

log = structlog.get_logger("signin")
_NOTICE_SECONDS = 15 * 60


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
        if wait is not None and _is_first_notice(session, credentials, attempt.peer, now):
            _record(session, "signin.throttled", credentials, now)
    if wait is not None:
        _note("throttled", key)
        raise TooManyTries(retry_after_seconds=wait)
    fits = _is_password(db, credentials, attempt, now)
    if credentials is None or not fits or len(attempt.password) > LONGEST_PASSWORD:
        _note("refused", key)
        with db.writing() as session:  # for an unknown name too: the answer takes as long
            _record(session, "signin.refused", credentials, now)
        return None
    with db.writing() as session:
        forgive_try(session, key, attempt.peer, now=now)
    _note("accepted", key)
    return credentials.account_id


def _is_password(db: Database, credentials: Credentials | None, attempt: Attempt, now: datetime) -> bool:
    """Look at the password; a try that found no place in the queue is not counted (raises Crowded)."""
    try:
        return is_password(credentials.password_hash if credentials else None, attempt.password)
    except Crowded:
        with db.writing() as session:
            forgive_try(session, login_key(attempt.login), attempt.peer, now=now)
        raise


def _record(session: Session, action: Action, credentials: Credentials | None, now: datetime) -> None:
    account_id = credentials.account_id if credentials else None
    record(session, Event(action, account_id=account_id, by=SOMEBODY), now=now)


def _is_first_notice(session: Session, credentials: Credentials | None, peer: str, now: datetime) -> bool:
    """Say whether this account's log has no word of this window and peer yet: a flood makes one entry."""
    who = f"{credentials.account_id if credentials else ''}\n{peer}"
    return tables.guards.hit(session, "signin.noted", who, window_seconds=_NOTICE_SECONDS, now=now) == 1


def _note(outcome: str, key: str) -> None:
    """Log for the operator; the name only as a short digest, so that the log holds no addresses."""
    log.info("password_try", outcome=outcome, who=digest(key)[:12])
