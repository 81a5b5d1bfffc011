"""The door of a person's own pages: who is asking, whether the password was theirs, how a page is drawn."""

from typing import Any
from uuid import UUID

from flask import Response, make_response, redirect, render_template, request, url_for

from idp.accounts import Person, find_credentials_of, find_person, is_password
from idp.audit import Event, record
from idp.kernel.ground import clock
from idp.kernel.ground.faults import FieldFault, Invalid, Unauthenticated
from idp.kernel.web.floor import current_floor
from idp.kernel.web.limits import check_limit
from idp.sessions import LiveSession

from .recent import signed_in

PASSWORDS_AN_HOUR = "10/hour"


def signed_in_person() -> tuple[LiveSession, Person]:
    """Give who is signed in; raises Unauthenticated."""
    live = signed_in()
    with current_floor().db.reading() as session:
        person = find_person(session, live.account_id)
    if person is None:
        raise Unauthenticated
    return live, person


def to_signin() -> Response:
    """Lead somebody who only looks to the sign-in form; a form that is sent gets a fault instead."""
    return make_response(redirect(url_for("signin.show"), 303))


def page(template: str, *, fault: Invalid | None = None, **values: Any) -> Response:
    """Draw a page; with a fault, as its answer."""
    drawn = render_template(f"selfservice/{template}.html", fault=fault, **values)
    return make_response(drawn, fault.status if fault else 200)


def back(endpoint: str, done: str) -> Response:
    """Return to a page that says what was done."""
    return make_response(redirect(url_for(endpoint, done=done), 303))


def password_faults_of(account_id: UUID, field: str = "old_password") -> list[FieldFault]:
    """Say whether the present password was typed into a field; wrong ones are counted and noted."""
    check_limit("present-password", PASSWORDS_AN_HOUR, str(account_id))
    db = current_floor().db
    with db.reading() as session:
        known = find_credentials_of(session, account_id)
    if is_password(known.password_hash if known else None, request.form.get(field, "")):
        return []
    with db.writing() as session:
        record(session, Event("account.password_refused", account_id), now=clock.now())
    return [FieldFault(field, "This is not your present password")]
