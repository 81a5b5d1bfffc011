"""What the links in our letters open: confirming an address, choosing a new password.

A GET only shows a button, because mail scanners follow links; a POST uses the link up (spec C6.15).
"""

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Redirect

from idp.accounts import (
    ask_reset,
    confirm_by_link,
    hash_password,
    read_link,
    reset_by_link,
    stolen_passwords,
    undo_change,
)
from idp.kernel.ground import clock
from idp.kernel.ground.faults import Invalid
from idp.kernel.web.floor import current_floor
from idp.kernel.web.surface import Surface, surface
from idp.sessions import ensure_browser, plant_browser

from .routes_chain import current_chain, end_everything, sign_in_and_go_on
from .schemas import parse_new_password

blueprint = surface(Blueprint("links", __name__), Surface.POPUP)


@blueprint.get("/verify/<secret>")
def show_confirmation(secret: str) -> str:
    """Show the button that confirms."""
    with current_floor().db.reading() as session:
        read_link(session, secret, "verify", now=clock.now())
    return render_template("signin/verify.html")


@blueprint.post("/verify/<secret>")
def take_confirmation(secret: str) -> Redirect:
    """Confirm the address."""
    floor = current_floor()
    with floor.db.writing() as session:
        confirm_by_link(session, secret, outbox=floor.outbox, now=clock.now())
    return redirect(url_for("links.confirmed"), 303)


@blueprint.get("/verified")
def confirmed() -> str:
    """Say that the address is confirmed."""
    return render_template("signin/verified.html")


@blueprint.get("/reset/<secret>")
def show_new_password(secret: str) -> str:
    """Ask for the new password."""
    with current_floor().db.reading() as session:
        read_link(session, secret, "reset", now=clock.now())
    return render_template("signin/new_password.html", fault=None)


@blueprint.post("/reset/<secret>")
def take_new_password(secret: str) -> Response:
    """Set the new password, end every other session and token, and sign in here."""
    now, floor = clock.now(), current_floor()
    with floor.db.reading() as session:
        read_link(session, secret, "reset", now=now)
    try:
        password = parse_new_password(request.form, stolen=stolen_passwords(floor.settings.data_dir))
    except Invalid as fault:
        return make_response(render_template("signin/new_password.html", fault=fault), fault.status)
    hashed = hash_password(password)
    with floor.db.writing() as session:
        account_id = reset_by_link(session, secret, hashed, now=now)
        end_everything(session, account_id, now=now)
    return sign_in_and_go_on(current_chain(), account_id)


@blueprint.get("/undo/<secret>")
def show_undoing(secret: str) -> str:
    """Show the button that keeps the old address."""
    with current_floor().db.reading() as session:
        read_link(session, secret, "undo", now=clock.now())
    return render_template("signin/undo.html")


@blueprint.post("/undo/<secret>")
def take_undoing(secret: str) -> Response:
    """Give the account its old address back, sign everybody out, and send a code for a new password."""
    floor, now, browser = current_floor(), clock.now(), ensure_browser()
    with floor.db.writing() as session:
        account_id, address = undo_change(session, secret, outbox=floor.outbox, now=now)
        end_everything(session, account_id, now=now)
        link_id = ask_reset(session, address, browser=browser, outbox=floor.outbox, now=now)
    page = render_template("signin/reset_sent.html", chain=current_chain(), link_id=link_id, fault=None)
    return plant_browser(make_response(page))
