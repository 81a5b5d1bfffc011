"""Signing out: at a site's wish, or the person's own.

With a valid id_token_hint of the present session the wish is carried out at once; whatever else
comes, a person is asked first (spec C6.7), and nobody is sent to an address that the hint's client
has not registered. The endpoint takes foreign posts; the confirmation does not.
"""

from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from sqlalchemy.orm import Session

from idp.clients import Client, find_client
from idp.kernel.ground import clock
from idp.kernel.ground.ids import parse_id
from idp.kernel.web.floor import current_floor
from idp.kernel.web.surface import Surface, surface
from idp.keys import current_ring
from idp.sessions import LiveSession, account_of_session, drop_session, end_session, session_in
from idp.settings import settings_of
from idp.tokens import Hint, read_hint

from .rules import LogoutWish, may_return_to, return_url

blueprint = surface(Blueprint("logout", __name__), Surface.POPUP)
_LONGEST_STATE = 4096


@dataclass(frozen=True)
class Standing:
    """What is known about a wish: the verified hint, its client and session, and who is signed in here."""

    hint: Hint | None
    client: Client | None
    hinted_session: UUID | None
    live: LiveSession | None

    @property
    def is_trusted(self) -> bool:
        """Say whether the hint is of the session in this browser, or none is signed in here."""
        if self.hint is None or self.client is None:
            return False
        return self.live is None or str(self.live.account_id) == self.hint.sub


@blueprint.route("/logout", methods=["GET", "POST"])
def end() -> Response:
    """Carry the site's wish out, or ask the person."""
    wish = _wish()
    with current_floor().db.reading() as session:
        at = _standing(session, wish)
    if not at.is_trusted or at.client is None:
        return make_response(render_template("logout/ask.html", is_signed_in=at.live is not None))
    returns = may_return_to(wish.post_logout_redirect_uri, at.client.post_logout_redirect_uris)
    if wish.post_logout_redirect_uri and not returns:
        return make_response(render_template("logout/ask.html", is_signed_in=at.live is not None))
    _sign_out(at)
    goal = return_url(wish.post_logout_redirect_uri, wish.state) if returns else url_for("logout.done")
    response = make_response("", 303)
    response.headers["Location"] = goal
    return drop_session(response)


@blueprint.post("/logout/confirm")
def confirm() -> Response:
    """Sign out the person who said so."""
    now = clock.now()
    with current_floor().db.writing() as session:
        live = session_in(session, now=now)
        if live:
            end_session(session, live.id, now=now)
    return drop_session(make_response(redirect(url_for("logout.done"), 303)))


@blueprint.get("/logout/done")
def done() -> str:
    """Say that the person is signed out."""
    return render_template("logout/done.html")


def _wish() -> LogoutWish:
    sent = request.form if request.method == "POST" else request.args
    state = sent.get("state")
    return LogoutWish(
        id_token_hint=sent.get("id_token_hint", ""),
        post_logout_redirect_uri=sent.get("post_logout_redirect_uri", ""),
        client_id=sent.get("client_id", ""),
        state=state if state and len(state) <= _LONGEST_STATE else None,
    )


def _standing(session: Session, wish: LogoutWish) -> Standing:
    floor, now = current_floor(), clock.now()
    hint = (
        read_hint(wish.id_token_hint, ring=current_ring(), settings=settings_of(floor))
        if wish.id_token_hint
        else None
    )
    if hint and wish.client_id not in ("", hint.audience):
        hint = None  # §2: the client_id must be the one the hint was issued to
    client = find_client(session, hint.audience) if hint else None
    return Standing(hint, client, _session_of(session, hint), session_in(session, now=now))


def _session_of(session: Session, hint: Hint | None) -> UUID | None:
    """Give the hint's session when it is its person's; a foreign POST brings no cookie to find it by."""
    session_id = parse_id(hint.sid) if hint else None
    if hint is None or session_id is None:
        return None
    return session_id if str(account_of_session(session, session_id)) == hint.sub else None


def _sign_out(at: Standing) -> None:
    now = clock.now()
    with current_floor().db.writing() as session:
        for session_id in {at.hinted_session, at.live.id if at.live else None} - {None}:
            if session_id is not None:
                end_session(session, session_id, now=now)
