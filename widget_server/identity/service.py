"""What changes in identity: sign-ins begin and end, sessions open and close, roles come and go.

All runs inside the caller's transaction; the calls to the provider lie between two of them, so that
no database lock is held while the network answers.
"""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Session

from idp.kernel.crypto.digests import digest, keyed_digest
from idp.kernel.ground.faults import Gone
from idp.kernel.ground.ids import new_secret
from idp.kernel.storage.database import claim, insert_once
from widget_server.identity.models import EndedSession, SigninAttempt, StaffRole, WindowSession
from widget_server.identity.rules import (
    ABSOLUTE_LIFE,
    ATTEMPT_LIFE,
    ENDED_KEPT,
    IDLE_LIFE,
    TOUCH_EVERY,
    Role,
    SignedIn,
    local_path,
)


class SigninOver(Gone):
    """The sign-in is of another browser, too old, or was finished already."""

    code = "sign-in-over"
    title = "This sign-in is over"
    detail = "Go to the page you wanted and sign in again."


@dataclass(frozen=True, slots=True)
class Attempt:
    """A sign-in under way. `nonce` and `verifier` follow from the browser's secret and the state,
    so the database holds neither."""

    state: str
    nonce: str
    verifier: str
    next_path: str


def begin_signin(session: Session, *, browser: str, next_path: str, now: datetime) -> Attempt:
    """Begin a sign-in for the browser that holds the secret `browser`."""
    attempt = _attempt(new_secret(), browser, local_path(next_path))
    session.add(
        SigninAttempt(
            state_digest=digest(attempt.state),
            browser_digest=digest(browser),
            next_path=attempt.next_path,
            ends_at=now + ATTEMPT_LIFE,
        )
    )
    return attempt


def take_attempt(session: Session, state: str, *, browser: str, now: datetime) -> Attempt:
    """Take a sign-in back from its callback, once; raises SigninOver (spec C2.12, C6.6)."""
    row = session.get(SigninAttempt, digest(state))
    if row is None or row.browser_digest != digest(browser):
        raise SigninOver
    unused = sa.update(SigninAttempt).where(
        SigninAttempt.state_digest == row.state_digest,
        SigninAttempt.used_at.is_(None),
        SigninAttempt.ends_at > now,
    )
    if not claim(session, unused.values(used_at=now)):
        raise SigninOver
    return _attempt(state, browser, row.next_path)


def open_session(
    session: Session, person: SignedIn, *, id_token: bytes, replaced: str | None, now: datetime
) -> str:
    """Open a session and give its secret; the browser's session from before ends (spec C6.1)."""
    if replaced:
        close_session(session, replaced)
    secret = new_secret()
    session.add(
        WindowSession(
            secret_digest=digest(secret),
            sub=person.sub,
            sid=person.sid,
            name=person.name,
            acr=person.acr,
            id_token=id_token,
            created_at=now,
            seen_at=now,
            ends_at=now + ABSOLUTE_LIFE,
        )
    )
    return secret


def close_session(session: Session, secret: str) -> bytes | None:
    """End a session for good (spec C6.2); gives its sealed ID token. Idempotent."""
    row = session.scalar(sa.select(WindowSession).where(WindowSession.secret_digest == digest(secret)))
    if row is None:
        return None
    session.delete(row)
    return row.id_token


def end_by_provider(session: Session, *, sub: str, sid: str, now: datetime) -> None:
    """End what the provider says is over: one session of its own, or all of a person. Idempotent."""
    theirs = WindowSession.sid == sid if sid else WindowSession.sub == sub
    session.execute(sa.delete(WindowSession).where(theirs))
    if sid:
        insert_once(session, EndedSession, {"sid": sid, "ends_at": now + ENDED_KEPT}, conflict=["sid"])


def touch_session(session: Session, secret: str, *, now: datetime) -> None:
    """Note that a session is in use; changes nothing when that was noted just now."""
    known = sa.update(WindowSession).where(
        WindowSession.secret_digest == digest(secret), WindowSession.seen_at <= now - TOUCH_EVERY
    )
    session.execute(known.values(seen_at=now))


def forget_old(session: Session, *, now: datetime) -> None:
    """Drop sign-ins and sessions whose time is over."""
    session.execute(sa.delete(SigninAttempt).where(SigninAttempt.ends_at <= now))
    over = sa.or_(WindowSession.ends_at <= now, WindowSession.seen_at <= now - IDLE_LIFE)
    session.execute(sa.delete(WindowSession).where(over))
    session.execute(sa.delete(EndedSession).where(EndedSession.ends_at <= now))


def grant_role(
    session: Session, sub: str, role: Role, *, authority: str | None, granted_by: str, now: datetime
) -> None:
    """Give a person a role in place of any other; authority staff has an authority, platform staff none."""
    session.merge(
        StaffRole(
            sub=sub,
            role=role.value,
            authority=authority if role is Role.AUTHORITY else None,
            granted_at=now,
            granted_by=granted_by,
        )
    )


def revoke_role(session: Session, sub: str) -> bool:
    """Take a person's role away, at once for all sessions; false when there was none."""
    row = session.get(StaffRole, sub)
    if row is None:
        return False
    session.delete(row)
    return True


def _attempt(state: str, browser: str, next_path: str) -> Attempt:
    return Attempt(
        state=state,
        nonce=keyed_digest(browser, "nonce", state),
        verifier=keyed_digest(browser, "verifier", state),
        next_path=next_path,
    )
