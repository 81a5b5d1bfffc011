"""The page of `prompt=select_account`: go on as who is signed in, or sign in as somebody else."""

from flask import Blueprint, Response, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response as Redirect

from idp.accounts import Person, find_person
from idp.clients import Client, find_client, form_action_source
from idp.kernel.ground import clock
from idp.kernel.ground.faults import NotFound
from idp.kernel.web.floor import current_floor
from idp.kernel.web.i18n import current_language, set_language
from idp.kernel.web.surface import Surface, allow_source, surface
from idp.sessions import ParkedVisit, VisitOver, prove_choice, session_in, visit_in
from idp.settings import settings_of

from .initiation import initiation_url

blueprint = surface(Blueprint("choice", __name__), Surface.POPUP)


@blueprint.get("/choose-account")
def show() -> Response:
    """Ask who goes on."""
    visit, person, client = _standing()
    set_language(visit.request.ui_language or current_language())
    allow_source("form-action", form_action_source(visit.request.redirect_uri))
    site = client.name_in(current_language())
    return make_response(render_template("authorize/choose.html", visit=visit, person=person, site=site))


@blueprint.post("/choose-account")
def take() -> Redirect:
    """Go on as who is signed in."""
    visit, _, _ = _standing()
    with current_floor().db.writing() as session:
        prove_choice(session, visit, now=clock.now())
    return redirect(url_for("authorize.resume", visit=visit.id), 303)


@blueprint.get("/open/<client_id>")
def open_site(client_id: str) -> Redirect:
    """Open a site, signed in (OpenID Connect Core §4)."""
    floor = current_floor()
    with floor.db.reading() as session:
        client = find_client(session, client_id) if "\0" not in client_id else None
    url = initiation_url(client, issuer=settings_of(floor).issuer) if client else None
    if url is None:
        raise NotFound
    return redirect(url, 303)


def _standing() -> tuple[ParkedVisit, Person, Client]:
    with current_floor().db.reading() as session:
        visit, live = visit_in(session, now=clock.now()), session_in(session, now=clock.now())
        person = find_person(session, live.account_id) if live else None
        client = find_client(session, visit.request.client_id) if visit else None
    if visit is None or person is None or client is None:
        raise VisitOver
    return visit, person, client
