"""What the pages of the sign-in chain share: the visit they stand in, and the way on from them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import Response, make_response, redirect, url_for
from sqlalchemy.orm import Session

from idp.clients import Client, find_client, form_action_source
from idp.factors import forget_devices, has_totp, use_device
from idp.kernel.ground import clock
from idp.kernel.web.cookies import host_cookie
from idp.kernel.web.floor import current_floor
from idp.kernel.web.i18n import current_language, set_language
from idp.kernel.web.surface import allow_source
from idp.passkeys import has_passkey
from idp.sessions import (
    PASSWORD,
    ParkedVisit,
    VisitOver,
    carry,
    end_sessions_of,
    ensure_browser,
    plant_browser,
    prove_sign_in,
    sign_in_here,
    visit_in,
)
from idp.tokens import revoke_grants_of

from .pending import Place, await_factor, new_pending

DEVICE_COOKIE = "device"


@dataclass(frozen=True)
class Chain:
    """Where a page of the chain stands: in a visit for a site, or on its own."""

    visit: ParkedVisit | None
    client: Client | None

    @property
    def site(self) -> str | None:
        """The name of the site that sent the person here."""
        return self.client.name_in(current_language()) if self.client else None

    @property
    def visit_id(self) -> UUID | None:
        """The visit's id for links and forms; a link leaves it out when there is none."""
        return self.visit.id if self.visit else None


def current_chain() -> Chain:
    """Give where this request stands, and prepare its answer: language, and where its form may lead."""
    with current_floor().db.reading() as session:
        visit = visit_in(session, now=clock.now())
        client = find_client(session, visit.request.client_id) if visit else None
    if visit is not None:
        if client is None:
            raise VisitOver
        set_language(visit.request.ui_language or current_language())
        allow_source("form-action", form_action_source(visit.request.redirect_uri))
    return Chain(visit, client)


def way_on(chain: Chain) -> str:
    """Give the way to the dispatcher, or to the person's own pages when no site waits."""
    if chain.visit is None:
        return url_for("account.show")
    return url_for("authorize.resume", visit=chain.visit.id)


def go_on(chain: Chain) -> Response:
    """Return to the dispatcher, or to the person's own pages when no site waits."""
    return make_response(redirect(way_on(chain), 303))


def end_everything(session: Session, account_id: UUID, *, now: datetime) -> None:
    """End every session, token and remembered device of a person, as after a new password (spec C6.4)."""
    forget_devices(session, account_id)
    end_sessions_of(session, account_id, now=now)
    revoke_grants_of(session, account_id, now=now)


def has_factor(session: Session, account_id: UUID) -> bool:
    """Say whether a person has anything beside the password."""
    return has_totp(session, account_id) or has_passkey(session, account_id)


def sign_in_and_go_on(chain: Chain, account_id: UUID) -> Response:
    """Go on as somebody who has passed the first step: sign in, or ask for the factor before that."""
    db = current_floor().db
    with db.reading() as session:
        is_guarded = has_factor(session, account_id)
    if not is_guarded:
        return enter(chain, account_id, (PASSWORD,))
    with db.writing() as session:
        is_waiting = _await_factor(session, chain, account_id, clock.now())
    if not is_waiting:
        return enter(chain, account_id, (PASSWORD,))
    page = url_for("factor.show", visit=chain.visit_id)
    return plant_browser(make_response(redirect(page, 303)))


def sign_in_and_ask_code(chain: Chain, account_id: UUID) -> Response:
    """Sign a new account in and ask for the code that is on its way."""
    return _sign_in(chain, account_id, (PASSWORD,), url_for("codes.show_code", visit=chain.visit_id))


def enter(chain: Chain, account_id: UUID, amr: tuple[str, ...]) -> Response:
    """Start the session, leave the proof on the visit, and go on."""
    return _sign_in(chain, account_id, amr, way_on(chain))


def _sign_in(chain: Chain, account_id: UUID, amr: tuple[str, ...], to: str) -> Response:
    now = clock.now()
    with current_floor().db.writing() as session:
        made = sign_in_here(session, account_id, now=now, amr=amr)
        if chain.visit:
            prove_sign_in(session, chain.visit, now=now)
    return carry(make_response(redirect(to, 303)), made)


def _await_factor(session: Session, chain: Chain, account_id: UUID, now: datetime) -> bool:
    """Let a sign-in wait for its factor; false on a device that is remembered."""
    if use_device(session, account_id, host_cookie(DEVICE_COOKIE), now=now):
        return False
    place = Place(ensure_browser(), chain.visit_id)
    await_factor(session, place, new_pending(account_id, (PASSWORD,)), now=now)
    return True
