"""Where a person is signed in, in words: browser and system, since when, when last used.

Network addresses are not among it: none is kept with a session, so none can leak or grow old here.
"""

from flask import Blueprint, Response, make_response, redirect, request, url_for

from idp.kernel.ground import clock
from idp.kernel.ground.ids import parse_id
from idp.kernel.web.floor import current_floor
from idp.kernel.web.surface import Surface, surface
from idp.sessions import current_session, drop_session, end_session, end_sessions_of, sessions_of
from idp.tokens import revoke_grants_of

from .recent import signed_in
from .routes_person import back, page, to_signin
from .words import browser_words

blueprint = surface(Blueprint("devices", __name__), Surface.PAGE)


@blueprint.get("/account/sessions")
def show() -> Response:
    """List the live sessions, this one among them."""
    live = current_session()
    if live is None:
        return to_signin()
    with current_floor().db.reading() as session:
        sessions = sessions_of(session, live.account_id, now=clock.now())
    return page("sessions", live=live, sessions=[(one, browser_words(one.browser)) for one in sessions])


@blueprint.post("/account/sessions/end")
def end_one() -> Response:
    """Sign out one session of the person's own."""
    live, now = signed_in(), clock.now()
    wanted = parse_id(request.form.get("session", ""))
    with current_floor().db.writing() as session:
        own = {one.id for one in sessions_of(session, live.account_id, now=now)}
        if wanted in own and wanted is not None:
            end_session(session, wanted, now=now)
    return back("devices.show", "session")


@blueprint.post("/account/sessions/end-others")
def end_others() -> Response:
    """Sign out everywhere else."""
    live = signed_in()
    with current_floor().db.writing() as session:
        end_sessions_of(session, live.account_id, now=clock.now(), but=live.id)
    return back("devices.show", "others")


@blueprint.post("/account/sessions/end-all")
def end_all() -> Response:
    """Sign out everywhere, here too."""
    live, now = signed_in(), clock.now()
    with current_floor().db.writing() as session:
        end_sessions_of(session, live.account_id, now=now)
        revoke_grants_of(session, live.account_id, now=now)
    return drop_session(make_response(redirect(url_for("logout.done"), 303)))
