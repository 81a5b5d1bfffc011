"""Sites and programs: the register as admins see it, with the marks that are the operator's alone."""

from typing import cast, get_args

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from idp.audit import Filter, action_words, entries
from idp.clients import ClientRecord, Mark, enable_client, find_client_record, list_clients, mark_client
from idp.kernel.ground import clock
from idp.kernel.ground.faults import FieldFault, Invalid, NotFound
from idp.kernel.web.cursors import cut_page, decode_cursor
from idp.kernel.web.floor import current_floor

from .routes_desk import current_staff, desk
from .rules import said_details
from .service import disable_site
from .words import ACTOR_WORDS

PAGE_ROWS = 50
_SHOWN_ENTRIES = 10
sites = desk(Blueprint("sites", __name__, url_prefix="/staff/clients"), "admin")


@sites.get("/")
def show_all() -> str:
    """List the clients."""
    cursor = request.args.get("after", "")
    after = str(decode_cursor(cursor, [str])[0]) if cursor else ""
    with current_floor().db.reading() as session:
        rows = list_clients(session, after=after, limit=PAGE_ROWS + 1)
    page = cut_page(rows, PAGE_ROWS, lambda row: [row.client.id])
    return render_template("admin/clients.html", staff=current_staff(), page=page)


@sites.get("/<client_id>")
def show(client_id: str) -> Response:
    """Show a client."""
    return _page(client_id)


@sites.post("/<client_id>/disable")
def disable(client_id: str) -> Response:
    """Disable a client; its access to everybody ends at once."""
    with current_floor().db.writing() as session:
        disable_site(session, client_id, by=current_staff().actor, now=clock.now())
    return _back(client_id)


@sites.post("/<client_id>/enable")
def enable(client_id: str) -> Response:
    """Let a client ask people again."""
    with current_floor().db.writing() as session:
        enable_client(session, client_id, by=current_staff().actor, now=clock.now())
    return _back(client_id)


@sites.post("/<client_id>/mark")
def mark(client_id: str) -> Response:
    """Set or take a mark; that of a first party spares people the question, so it wants a second yes."""
    wish, value = request.form.get("mark", ""), request.form.get("value") == "yes"
    if wish not in get_args(Mark):
        raise NotFound
    if wish == "is_first_party" and value and request.form.get("sure") != "yes":
        field = FieldFault("sure", "Confirm that the site is ours: people will not be asked for consent")
        return _page(client_id, Invalid(fields=[field]))
    with current_floor().db.writing() as session:
        by = current_staff().actor
        mark_client(session, client_id, cast(Mark, wish), value, by=by, now=clock.now())
    return _back(client_id)


def _back(client_id: str) -> Response:
    return make_response(redirect(url_for("sites.show", client_id=client_id, done="saved"), 303))


def _page(client_id: str, fault: Invalid | None = None) -> Response:
    with current_floor().db.reading() as session:
        known = _existing(find_client_record(session, client_id))
        noted = entries(session, Filter(client_id=client_id, action="client."), limit=_SHOWN_ENTRIES)
    page = render_template(
        "admin/client.html", staff=current_staff(), known=known, client=known.client, entries=noted,
        fault=fault, details=said_details, actor_words=ACTOR_WORDS, words=action_words,
    )  # fmt: skip
    return make_response(page, fault.status if fault else 200)


def _existing(known: ClientRecord | None) -> ClientRecord:
    if known is None:
        raise NotFound
    return known
