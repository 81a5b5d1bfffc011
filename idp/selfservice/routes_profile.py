"""The profile: what a person may tell about themselves to sites that they let know it."""

from flask import Blueprint, Response, make_response, redirect, request, url_for

from idp.accounts import change_profile
from idp.kernel.ground import clock
from idp.kernel.ground.faults import Invalid
from idp.kernel.web.floor import current_floor
from idp.kernel.web.surface import Surface, surface
from idp.sessions import current_session

from .profile_form import ZONES, entered_profile, parse_profile
from .routes_person import back, page, signed_in_person, to_signin

blueprint = surface(Blueprint("account", __name__), Surface.PAGE)


@blueprint.get("/")
def start() -> Response:
    """Lead to the person's page."""
    return make_response(redirect(url_for("account.show"), 303))


@blueprint.get("/account")
def show() -> Response:
    """Show the profile, or the sign-in form to somebody who is not signed in."""
    if current_session() is None:
        return to_signin()
    _, person = signed_in_person()
    return page("profile", person=person, values=entered_profile(person), zones=ZONES)


@blueprint.post("/account")
def change() -> Response:
    """Set what sites are told."""
    live, person = signed_in_person()
    try:
        profile = parse_profile(request.form, today=clock.now().date())
    except Invalid as fault:
        return page("profile", fault=fault, person=person, values=request.form, zones=ZONES)
    with current_floor().db.writing() as session:
        change_profile(session, live.account_id, profile, now=clock.now())
    return back("account.show", "profile")
