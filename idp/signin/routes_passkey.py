"""Signing in with a passkey alone, by a button or out of the browser's suggestions (conditional UI).

Nobody is named beforehand: the device knows its owner, so the page tells nothing about who has an
account. The device must have made sure of its owner, and that counts as two factors.
"""

from flask import Blueprint, Response, jsonify, request

from idp.accounts import find_person
from idp.kernel.ground import clock
from idp.kernel.ground.faults import FieldFault, Invalid
from idp.kernel.web.floor import current_floor
from idp.kernel.web.limits import check_limit, peer
from idp.kernel.web.surface import Surface, surface
from idp.passkeys import Asked, Proof, new_challenge, party_of, sign_in_options, use_passkey
from idp.sessions import browser_secret, ensure_browser, plant_browser
from idp.settings import settings_of

from .routes_chain import current_chain, enter
from .routes_pages import signin_page

CHALLENGES_BY_PEER = "3000/hour"  # an office behind one address; an open page asks 15 times
ANSWERS_BY_PEER = "600/hour"
_WRONG = "The passkey was not accepted. Try again, or sign in with your password"

blueprint = surface(Blueprint("passkey", __name__), Surface.POPUP)


@blueprint.post("/signin/passkey/challenge")
def give_challenge() -> Response:
    """Give the browser what it asks whatever passkey it has for us."""
    check_limit("passkey-challenge", CHALLENGES_BY_PEER, peer())
    floor = current_floor()
    with floor.db.writing() as session:
        challenge = new_challenge(session, Asked("sign-in", ensure_browser()), now=clock.now())
    return plant_browser(jsonify(sign_in_options(party_of(settings_of(floor)), challenge)))


@blueprint.post("/signin/passkey")
def sign_in() -> Response:
    """Check what the passkey says and sign in."""
    chain, proof = current_chain(), _proof()
    if proof is None:
        return signin_page(chain, login="", fault=Invalid(fields=[FieldFault("passkey", _WRONG)]))
    return enter(chain, proof.account_id, proof.amr)


def _proof() -> Proof | None:
    """Give whom the passkey proves, if that person may act."""
    floor, browser = current_floor(), browser_secret()
    if browser is None:
        return None
    check_limit("passkey", ANSWERS_BY_PEER, peer())
    text = request.form.get("credential", "")
    with floor.db.writing() as session:
        proof = use_passkey(session, Asked("sign-in", browser), text, floor=floor, now=clock.now())
        return proof if proof and find_person(session, proof.account_id) else None
