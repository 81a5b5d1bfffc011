"""What has happened to the account lately, as the audit log has it, in words."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import Blueprint, Response

from idp.audit import action_words, activity_of
from idp.clients import find_clients
from idp.kernel.web.floor import current_floor
from idp.kernel.web.i18n import current_language
from idp.kernel.web.surface import Surface, surface
from idp.sessions import current_session

from .routes_person import page, to_signin

MOST_SHOWN = 100
blueprint = surface(Blueprint("activity", __name__), Surface.PAGE)


@dataclass(frozen=True, slots=True)
class Happening:
    """One line of the page: when, what, and which site or whether staff had a part in it."""

    at: datetime
    words: str
    site: str
    by: str


@blueprint.get("/account/activity")
def show() -> Response:
    """List the newest entries."""
    live = current_session()
    if live is None:
        return to_signin()
    return page("activity", happenings=happenings_of(live.account_id, limit=MOST_SHOWN))


def happenings_of(account_id: UUID, *, limit: int) -> list[Happening]:
    """Give what concerns a person, the newest first."""
    with current_floor().db.reading() as session:
        found = activity_of(session, account_id, limit=limit)
        clients = find_clients(session, [one.client_id for one in found if one.client_id])
    names = {client_id: client.name_in(current_language()) for client_id, client in clients.items()}
    return [
        Happening(one.at, action_words(one.action), names.get(one.client_id or "", ""), one.by)
        for one in found
    ]
