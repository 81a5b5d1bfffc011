"""What the pages of the sign-in chain share: the visit they stand in, and the way on from them."""

from dataclasses import dataclass
from uuid import UUID

from flask import Response, make_response, redirect, url_for

from idp.clients import Client, find_client, form_action_source
from idp.kernel.ground import clock
from idp.kernel.web.floor import current_floor
from idp.kernel.web.i18n import current_language, set_language
from idp.kernel.web.surface import allow_source
from idp.sessions import ParkedVisit, VisitOver, carry, prove_sign_in, sign_in_here, visit_in


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


def go_on(chain: Chain) -> Response:
    """Return to the dispatcher, or to the person's own pages when no site waits."""
    if chain.visit is None:
        return make_response(redirect(url_for("account.show"), 303))
    return make_response(redirect(url_for("authorize.resume", visit=chain.visit.id), 303))


def sign_in_and_go_on(chain: Chain, account_id: UUID) -> Response:
    """Start the session, leave the proof on the visit, and go on."""
    now = clock.now()
    with current_floor().db.writing() as session:
        made = sign_in_here(session, account_id, now=now)
        if chain.visit:
            prove_sign_in(session, chain.visit, now=now)
    return carry(go_on(chain), made)
