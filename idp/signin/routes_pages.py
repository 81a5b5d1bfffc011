"""Sign-in and registration, as plain forms without scripts.

Registering signs the person in at once, with level L0 and nothing verified; the link in the letter
or the code of the SMS raises the account to L1. It does so for a known address too: that makes a
second account which nobody can claim the address with, so the answer tells nothing about who is
known (spec C6.10) and the chain to the waiting site is not broken by a look into the mailbox.
"""

from uuid import UUID

from flask import Blueprint, Response, make_response, render_template, request

from idp.accounts import Registration, count_message, hash_password, register, stolen_passwords
from idp.database import tables
from idp.kernel.ground import clock
from idp.kernel.ground.faults import FieldFault, Invalid, TooMany
from idp.kernel.ground.ids import new_secret
from idp.kernel.web.floor import current_floor
from idp.kernel.web.i18n import current_language
from idp.kernel.web.limits import check_limit, peer
from idp.kernel.web.surface import Surface, surface

from .routes_chain import Chain, current_chain, sign_in_and_ask_code, sign_in_and_go_on
from .schemas import RegistrationForm, parse_registration
from .service import Attempt, TooManyTries, check_password

REGISTRATIONS_BY_PEER = "20/hour"
_WRONG = "The e-mail address, number or password is wrong, or the address is not confirmed yet"

blueprint = surface(Blueprint("signin", __name__), Surface.POPUP)


@blueprint.get("/signin")
def show() -> Response:
    """Show the sign-in form."""
    chain = current_chain()
    hint = chain.visit.request.login_hint if chain.visit else ""
    return signin_page(chain, login=hint)


@blueprint.post("/signin")
def sign_in() -> Response:
    """Check the password and sign in."""
    chain = current_chain()
    login = request.form.get("login", "")
    attempt = Attempt(login, request.form.get("password", ""), peer())
    try:
        account_id = check_password(current_floor().db, attempt, now=clock.now())
    except TooManyTries as fault:
        response = signin_page(chain, login=login, fault=fault)
        response.headers["Retry-After"] = str(fault.retry_after_seconds)
        return response
    if account_id is None:
        return signin_page(chain, login=login, fault=Invalid(fields=[FieldFault("login", _WRONG)]))
    return sign_in_and_go_on(chain, account_id)


@blueprint.get("/register")
def show_registration() -> Response:
    """Show the registration form."""
    return _registration_page(current_chain())


@blueprint.post("/register")
def take_registration() -> Response:
    """Make the account, send the letter, and go on signed in."""
    chain = current_chain()
    try:
        check_limit("register", REGISTRATIONS_BY_PEER, peer())
        settings = current_floor().settings
        stolen = stolen_passwords(settings.data_dir)
        form = parse_registration(request.form, regions=settings.sms.regions, stolen=stolen)
        account_id = _register_once(form)
    except (Invalid, TooMany) as fault:
        return _registration_page(chain, fault)
    proceed = sign_in_and_ask_code if form.address.is_phone else sign_in_and_go_on
    return proceed(chain, account_id)


def signin_page(chain: Chain, *, login: str, fault: Invalid | TooMany | None = None) -> Response:
    """Give the sign-in page."""
    page = render_template("signin/signin.html", chain=chain, login=login, fault=fault)
    return make_response(page, fault.status if fault else 200)


def _register_once(form: RegistrationForm) -> UUID:
    """Make the account, or give the one that this very form has made already."""
    floor, memory = current_floor(), tables.idempotency
    wish = Registration(form.address, hash_password(form.password), form.name, current_language())
    key = form.once or new_secret()
    with floor.db.writing() as session:
        count_message(session, form.address, peer(), now=clock.now())
        made = memory.recall(session, scope="register", key=key, fingerprint=form.address.key)
        if made is not None:
            return UUID(made["account_id"])
        account_id = register(session, wish, outbox=floor.outbox, now=clock.now())
        memory.remember(session, {"account_id": str(account_id)}, scope="register", key=key)
        return account_id


def _registration_page(chain: Chain, fault: Invalid | TooMany | None = None) -> Response:
    page = render_template(
        "signin/register.html", chain=chain, form=request.form, fault=fault, once=new_secret(16)
    )
    return make_response(page, fault.status if fault else 200)
