"""Where a person is reached: e-mail address and telephone number, each proved before it counts.

A change asks for the password, is confirmed at the new address, and is told to the old one at once
(spec C6.19). What is answered does not depend on whether an address is known (spec C6.10).
"""

from flask import Blueprint, Response, make_response, redirect, request, url_for

from idp.accounts import (
    Address,
    Person,
    ask_change,
    ask_confirmation,
    count_message,
    parse_address,
    pending_links,
    remove_phone,
    takes_sms,
)
from idp.kernel.ground import clock
from idp.kernel.ground.faults import FieldFault, Invalid
from idp.kernel.web.floor import current_floor
from idp.kernel.web.limits import check_limit, peer
from idp.kernel.web.surface import Surface, surface
from idp.sessions import current_session

from .routes_person import back, page, password_faults_of, signed_in_person, to_signin

CHANGES_AN_HOUR = "10/hour"
blueprint = surface(Blueprint("contacts", __name__), Surface.PAGE)


@blueprint.get("/account/contacts")
def show() -> Response:
    """Show addresses, whether they are proved, and which wait for their code."""
    if current_session() is None:
        return to_signin()
    live, person = signed_in_person()
    with current_floor().db.reading() as session:
        waiting = pending_links(session, live.account_id, now=clock.now())
    return page("contacts", person=person, waiting=waiting)


@blueprint.get("/account/contacts/email")
def show_email() -> Response:
    """Ask for the new e-mail address."""
    _, person = signed_in_person()
    return page("email", person=person, typed="")


@blueprint.post("/account/contacts/email")
def change_email() -> Response:
    """Send the letter that confirms the new address."""
    live, person = signed_in_person()
    typed = request.form.get("email", "")
    address = parse_address(typed)
    faults = [FieldFault("email", "Enter an e-mail address such as name@example.ru")]
    faults = faults if address is None or address.is_phone else []
    faults += password_faults_of(live.account_id)
    if faults or address is None:
        return page("email", fault=Invalid(fields=faults), person=person, typed=typed)
    _ask(person, address)
    return back("contacts.show", "email")


@blueprint.get("/account/contacts/phone")
def show_phone() -> Response:
    """Ask for the new number."""
    _, person = signed_in_person()
    return page("phone", person=person, typed="")


@blueprint.post("/account/contacts/phone")
def change_phone() -> Response:
    """Send the code that confirms the new number, and ask for it."""
    live, person = signed_in_person()
    typed, regions = request.form.get("phone", ""), current_floor().settings.sms.regions
    address = parse_address(typed)
    faults = [FieldFault("phone", "Enter a mobile number such as +7 916 123-45-67")]
    faults = faults if address is None or not address.is_phone or not takes_sms(address.key, regions) else []
    faults += password_faults_of(live.account_id)
    if faults or address is None:
        return page("phone", fault=Invalid(fields=faults), person=person, typed=typed)
    _ask(person, address)
    return make_response(redirect(url_for("codes.show_code"), 303))


@blueprint.post("/account/contacts/phone/remove")
def drop_phone() -> Response:
    """Forget the number."""
    live, person = signed_in_person()
    faults = password_faults_of(live.account_id, "password")
    if faults:
        return page("phone", fault=Invalid(fields=faults), person=person, typed="")
    with current_floor().db.writing() as session:
        remove_phone(session, live.account_id, now=clock.now())
    return back("contacts.show", "phone-removed")


@blueprint.post("/account/confirmation")
def send_confirmation() -> Response:
    """Send the confirming letter or SMS once more, to the account's own address alone."""
    live, person = signed_in_person()
    floor, now = current_floor(), clock.now()
    check_limit("contact-change", CHANGES_AN_HOUR, str(live.account_id))
    unproved = person.phone if request.form.get("what") == "phone" else person.email
    address = parse_address(unproved)
    if address is not None:
        with floor.db.writing() as session:
            count_message(session, address, peer(), now=now)
            ask_confirmation(session, live.account_id, address, outbox=floor.outbox, now=now)
    return make_response(redirect(url_for("codes.show_code"), 303))


def _ask(person: Person, address: Address) -> None:
    floor, now = current_floor(), clock.now()
    check_limit("contact-change", CHANGES_AN_HOUR, str(person.id))
    with floor.db.writing() as session:
        count_message(session, address, peer(), now=now)
        ask_change(session, person.id, address, outbox=floor.outbox, now=now)
