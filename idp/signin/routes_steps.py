"""The steps between sign-in and consent where a site has asked for more: an address, a second factor.

The person opens the letter, or sets the factor up, in whatever window they like and comes back here;
the dispatcher looks at the account itself, so these pages decide nothing. Whoever does not want to
goes on without, unless the site takes nothing less: then it is told so.
"""

from flask import Blueprint, Response, make_response, render_template

from idp.accounts import Person, ask_confirmation, count_message, find_person, parse_address
from idp.kernel.ground import clock
from idp.kernel.web.floor import current_floor
from idp.kernel.web.limits import peer
from idp.kernel.web.surface import Surface, surface
from idp.sessions import ParkedVisit, VisitOver, prove_staying_below, session_in

from .routes_chain import Chain, current_chain, go_on

blueprint = surface(Blueprint("steps", __name__), Surface.POPUP)


@blueprint.get("/confirmation")
def show_confirmation() -> Response:
    """Ask the person to open the letter."""
    return _page(current_chain())


@blueprint.post("/confirmation")
def send_letter() -> Response:
    """Send the confirming letter once more."""
    chain, floor = current_chain(), current_floor()
    person, now = _person(), clock.now()
    address = parse_address(person.address)
    with floor.db.writing() as session:
        if address is not None:
            count_message(session, address, peer(), now=now)
            ask_confirmation(session, person.id, address, outbox=floor.outbox, now=now)
    return _page(chain, is_sent=True)


@blueprint.get("/enrolment")
def show_enrolment() -> Response:
    """Tell somebody whose level is high enough that a second step is missing, and where it is set up."""
    chain = current_chain()
    _visit(chain)
    return make_response(render_template("signin/enrolment.html", chain=chain, person=_person()))


@blueprint.post("/stay-below")
def stay_below() -> Response:
    """Go on without the level that the site has asked for."""
    chain = current_chain()
    with current_floor().db.writing() as session:
        prove_staying_below(session, _visit(chain), now=clock.now())
    return go_on(chain)


def _page(chain: Chain, *, is_sent: bool = False) -> Response:
    return make_response(
        render_template(
            "signin/confirmation.html",
            chain=chain,
            person=_person(),
            is_sent=is_sent,
            is_essential=_visit(chain).request.essential_acr,
        )
    )


def _visit(chain: Chain) -> ParkedVisit:
    if chain.visit is None:
        raise VisitOver
    return chain.visit


def _person() -> Person:
    with current_floor().db.reading() as session:
        live = session_in(session, now=clock.now())
        person = find_person(session, live.account_id) if live else None
    if person is None:
        raise VisitOver
    return person
