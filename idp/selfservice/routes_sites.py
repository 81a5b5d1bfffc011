"""The sites a person has let know something: what, since when, when last used, and the way out."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import Blueprint, Response, request

from idp.clients import find_clients
from idp.consent import consents_of, scope_words, withdraw_consent
from idp.kernel.ground import clock
from idp.kernel.web.floor import current_floor
from idp.kernel.web.i18n import current_language
from idp.kernel.web.surface import Surface, surface
from idp.sessions import current_session
from idp.tokens import last_uses_of

from .recent import signed_in
from .routes_person import back, page, to_signin

blueprint = surface(Blueprint("connections", __name__), Surface.PAGE)


@dataclass(frozen=True, slots=True)
class ConnectedSite:
    """A site and what it knows, in words."""

    client_id: str
    name: str
    words: tuple[str, ...]
    since: datetime
    last_used_at: datetime | None
    can_be_opened: bool


@blueprint.get("/account/sites")
def show() -> Response:
    """List the connected sites."""
    live = current_session()
    return page("sites", sites=connected_sites(live.account_id)) if live else to_signin()


@blueprint.post("/account/sites/withdraw")
def withdraw() -> Response:
    """Disconnect a site: its consent and its tokens end at once."""
    live = signed_in()
    with current_floor().db.writing() as session:
        withdraw_consent(session, live.account_id, request.form.get("site", ""), now=clock.now())
    return back("connections.show", "site")


def connected_sites(account_id: UUID) -> list[ConnectedSite]:
    """Give the sites a person has agreed to tell something, the newest first."""
    with current_floor().db.reading() as session:
        consents = consents_of(session, account_id)
        clients = find_clients(session, [c.client_id for c in consents])
        used = last_uses_of(session, account_id)
    return [
        ConnectedSite(
            client_id=c.client_id,
            name=clients[c.client_id].name_in(current_language()),
            words=tuple(scope_words(c.scope)),
            since=c.given_at,
            last_used_at=used.get(c.client_id),
            can_be_opened=clients[c.client_id].initiate_login_uri is not None,
        )
        for c in consents
        if c.client_id in clients
    ]
