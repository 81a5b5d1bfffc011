"""The two cookies of the provider: the session's secret, and the browser to which visits belong."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from flask import Response, g, request
from sqlalchemy.orm import Session

from idp.kernel.ground import clock
from idp.kernel.ground.ids import new_secret, parse_id
from idp.kernel.web.cookies import drop_host_cookie, host_cookie, set_host_cookie
from idp.kernel.web.csrf import renew_csrf_cookie
from idp.kernel.web.floor import current_floor
from idp.settings import settings_of

from .methods import PASSWORD
from .queries import LiveSession, find_session
from .service import NewSession, end_session_by_secret, renew_session, see_session, start_session
from .visits import ParkedVisit, find_visit

SESSION_COOKIE = "session"
BROWSER_COOKIE = "visit"


def session_in(session: Session, *, now: datetime) -> LiveSession | None:
    """Give the live session of this request's cookie, or nothing."""
    secret = host_cookie(SESSION_COOKIE)
    idle = timedelta(days=settings_of(current_floor()).session_idle_days)
    return find_session(session, secret, idle=idle, now=now) if secret else None


def current_session() -> LiveSession | None:
    """Give the live session of this request and note that it is in use."""
    now, db = clock.now(), current_floor().db
    with db.reading() as session:
        live = session_in(session, now=now)
    if live and live.last_seen_at < now - timedelta(minutes=10):
        with db.writing() as session:
            see_session(session, live.id, now=now)
    return live


def sign_in_here(
    session: Session, account_id: UUID, *, now: datetime, amr: Sequence[str] = (PASSWORD,)
) -> NewSession:
    """Sign a person in in this browser, which has one session at most; `carry` then sends the cookie.

    Another person's session ends; the same person's is renewed.
    """
    life = timedelta(days=settings_of(current_floor()).session_absolute_days)
    live, old = session_in(session, now=now), host_cookie(SESSION_COOKIE)
    if live is not None and live.account_id == account_id:
        made = renew_session(session, live, amr, life=life, now=now)
        if made is not None:
            return made
    if old:
        end_session_by_secret(session, old, now=now)
    browser = request.headers.get("User-Agent", "")
    return start_session(session, account_id, browser=browser, life=life, now=now, amr=amr)


def carry(response: Response, made: NewSession) -> Response:
    """Send a new session's cookie along, and end the form tokens from before (spec C6.1)."""
    days = settings_of(current_floor()).session_absolute_days
    set_host_cookie(response, SESSION_COOKIE, made.secret, max_age_seconds=days * 24 * 3600)
    renew_csrf_cookie()
    return response


def drop_session(response: Response) -> Response:
    """Take the session's cookie back."""
    drop_host_cookie(response, SESSION_COOKIE)
    renew_csrf_cookie()
    return response


def browser_secret() -> str | None:
    """Give the secret of this browser for its visits, or nothing."""
    return host_cookie(BROWSER_COOKIE)


def ensure_browser() -> str:
    """Give this browser's secret; `plant_browser` sends a new one along."""
    secret = host_cookie(BROWSER_COOKIE) or g.get("new_browser") or new_secret()
    g.new_browser = secret
    return secret


def plant_browser(response: Response) -> Response:
    """Send the browser's secret along when it is new."""
    secret = g.get("new_browser")
    if secret and secret != host_cookie(BROWSER_COOKIE):
        set_host_cookie(response, BROWSER_COOKIE, secret, max_age_seconds=None)
    return response


def visit_in(session: Session, *, now: datetime) -> ParkedVisit | None:
    """Give the visit that this request's address or form names; nothing when it names none.

    Raises VisitOver when it names one that is not open in this browser.
    """
    named = request.values.get("visit", "")
    if not named:
        return None
    return find_visit(session, parse_id(named), browser=browser_secret(), now=now)
