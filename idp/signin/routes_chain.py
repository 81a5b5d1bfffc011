"""What the pages of the sign-in chain share: the visit they stand in, and the way on from them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import Response, make_response, redirect, url_for
from sqlalchemy.orm import Session

from idp.clients import Client, find_client, form_action_source
from idp.kernel.ground import clock
from idp.kernel.web.floor import current_floor
from idp.kernel.web.i18n import current_language, set_language
from idp.kernel.web.surface import allow_source
from idp.sessions import (
    ParkedVisit,
    VisitOver,
    carry,
    end_sessions_of,
    prove_sign_in,
    sign_in_here,
    visit_in,
)
from idp.tokens import revoke_grants_of


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
    """End every session and token of a person, as after a new password (spec C6.4)."""
    end_sessions_of(session, account_id, now=now)
    revoke_grants_of(session, account_id, now=now)


def sign_in_and_go_on(chain: Chain, account_id: UUID) -> Response:
    """Start the session, leave the proof on the visit, and go on."""
    return _sign_in(chain, account_id, way_on(chain))


def sign_in_and_ask_code(chain: Chain, account_id: UUID) -> Response:
    """Start the session, leave the proof on the visit, and ask for the code that is on its way."""
    return _sign_in(chain, account_id, url_for("codes.show_code", visit=chain.visit_id))


def _sign_in(chain: Chain, account_id: UUID, to: str) -> Response:
    now = clock.now()
    with current_floor().db.writing() as session:
        made = sign_in_here(session, account_id, now=now)
        if chain.visit:
            prove_sign_in(session, chain.visit, now=now)
    return carry(make_response(redirect(to, 303)), made)
