"""Signing out: at a site's wish, or the person's own.

With a valid id_token_hint of the present session the wish is carried out at once; whatever else
comes, a person is asked first (spec C6.7), and nobody is sent to an address that the hint's client
has not registered. The endpoint takes foreign posts; the confirmation does not. A site that names
itself without a hint gets no redirect, because anybody could: the person sees a link back to it.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from idp.accounts import Person, find_person
from idp.clients import Client, find_client
from idp.kernel.ground import clock
from idp.kernel.ground.ids import parse_id
from idp.kernel.web.floor import current_floor
from idp.kernel.web.i18n import current_language, set_language, wished_language
from idp.kernel.web.surface import Surface, surface
from idp.keys import current_ring
from idp.sessions import LiveSession, account_of_session, drop_session, end_session, session_in
from idp.settings import settings_of
from idp.tokens import Hint, account_hinted, read_hint

from .notices import Notice, plan_notices_told_now, tell_now
from .rules import LogoutWish, may_return_to, return_url

blueprint = surface(Blueprint("logout", __name__), Surface.POPUP)
_LONGEST_STATE = 4096


@dataclass(frozen=True)
class Standing:
    """What is known about a wish: the verified hint, the site that asks, and who is signed in here."""

    hint: Hint | None
    client: Client | None
    hinted_session: UUID | None
    hinted_account: UUID | None
    live: LiveSession | None
    person: Person | None

    @property
    def is_trusted(self) -> bool:
        """Say whether the hint is of the session in this browser, or none is signed in here."""
        if self.hint is None or self.client is None:
            return False
        return self.live is None or self.live.account_id == self.hinted_account

    @property
    def site(self) -> str | None:
        """The name of the site that asks."""
        return self.client.name_in(current_language()) if self.client else None


@blueprint.route("/logout", methods=["GET", "POST"])
def end() -> Response:
    """Carry the site's wish out, or ask the person (OpenID Connect RP-Initiated Logout 1.0 §2)."""
    wish = _wish()
    set_language(wished_language(wish.ui_locales) or current_language())
    with current_floor().db.reading() as session:
        at = _standing(session, wish)
    returns = at.client is not None and _may_return(wish, at.client)
    if not at.is_trusted or (wish.post_logout_redirect_uri and not returns):
        return make_response(render_template("logout/ask.html", at=at, wish=wish if returns else None))
    _sign_out(at)
    goal = return_url(wish.post_logout_redirect_uri, wish.state) if returns else url_for("logout.done")
    response = make_response("", 303)
    response.headers["Location"] = goal
    return drop_session(response)


@blueprint.post("/logout/confirm")
def confirm() -> Response:
    """Sign out the person who said so."""
    now, floor = clock.now(), current_floor()
    notices: list[Notice] = []
    with floor.db.writing() as session:
        live = session_in(session, now=now)
        if live:
            notices = _end(session, live.id, live.account_id, now=now)
    tell_now(notices, floor=floor, ring=current_ring())
    wish: dict[str, Any] = {name: request.form.get(name) or None for name in _SENT_ON}
    return drop_session(make_response(redirect(url_for("logout.done", **wish), 303)))


@blueprint.get("/logout/done")
def done() -> str:
    """Say that the person is signed out, with a link to the site that had asked."""
    wish = _wish()
    with current_floor().db.reading() as session:
        client = find_client(session, wish.client_id) if wish.client_id else None
    if client is None or not _may_return(wish, client):
        return render_template("logout/done.html", site=None)
    back = return_url(wish.post_logout_redirect_uri, wish.state)
    return render_template("logout/done.html", site=client.name_in(current_language()), back=back)


_SENT_ON = ("client_id", "post_logout_redirect_uri", "state")


def _wish() -> LogoutWish:
    sent = request.form if request.method == "POST" else request.args
    state = sent.get("state")
    return LogoutWish(
        id_token_hint=sent.get("id_token_hint", ""),
        post_logout_redirect_uri=sent.get("post_logout_redirect_uri", ""),
        client_id=sent.get("client_id", ""),
        state=state if state and len(state) <= _LONGEST_STATE else None,
        ui_locales=sent.get("ui_locales", ""),
    )


def _may_return(wish: LogoutWish, client: Client) -> bool:
    return may_return_to(wish.post_logout_redirect_uri, client.post_logout_redirect_uris)


def _standing(session: Session, wish: LogoutWish) -> Standing:
    hint = _hint(wish)
    client_id = hint.audience if hint else wish.client_id
    client = find_client(session, client_id) if client_id and "\0" not in client_id else None
    live = session_in(session, now=clock.now())
    person = find_person(session, live.account_id) if live else None
    account_id = account_hinted(session, hint) if hint else None
    return Standing(hint, client, _session_of(session, hint, account_id), account_id, live, person)


def _hint(wish: LogoutWish) -> Hint | None:
    """Give the verified hint; §2: a client_id must be the one that the hint was issued to."""
    if not wish.id_token_hint:
        return None
    settings = settings_of(current_floor())
    hint = read_hint(wish.id_token_hint, ring=current_ring(), settings=settings)
    return hint if hint and wish.client_id in ("", hint.audience) else None


def _session_of(session: Session, hint: Hint | None, account_id: UUID | None) -> UUID | None:
    """Give the hint's session when it is its person's; a foreign POST brings no cookie to find it by."""
    session_id = parse_id(hint.sid) if hint else None
    if account_id is None or session_id is None:
        return None
    return session_id if account_of_session(session, session_id) == account_id else None


def _sign_out(at: Standing) -> None:
    now, floor = clock.now(), current_floor()
    ending = {at.hinted_session, at.live.id if at.live else None} - {None}
    account_id = at.hinted_account
    if account_id is None:
        return
    notices: list[Notice] = []
    with floor.db.writing() as session:
        for session_id in ending:
            if session_id is not None:
                client_id = at.client.id if at.client else None
                notices += _end(session, session_id, account_id, now=now, client_id=client_id)
    tell_now(notices, floor=floor, ring=current_ring())


def _end(
    session: Session, session_id: UUID, account_id: UUID, *, now: datetime, client_id: str | None = None
) -> list[Notice]:
    end_session(session, session_id, now=now, client_id=client_id)
    return plan_notices_told_now(session, session_id, account_id, floor=current_floor(), now=now)
