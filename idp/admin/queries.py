"""Reads for the staff's pages, put together from what the slices tell."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from idp.accounts import AccountRecord, Role, count_accounts, role_of
from idp.audit import Entry, Filter, Head, count_entries, entries, find_head
from idp.clients import Client, count_clients, find_clients
from idp.consent import GivenConsent, consents_of
from idp.factors import has_totp, recovery_codes_left
from idp.passkeys import passkeys_of
from idp.sessions import LiveSession, sessions_of

_SHOWN_ENTRIES = 20
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Dossier:
    """What staff see of a person."""

    person: AccountRecord
    role: Role | None
    sessions: list[LiveSession]
    sites: list[tuple[GivenConsent, Client | None]]
    passkeys: int
    has_app: bool
    codes_left: int
    entries: list[Entry]


@dataclass(frozen=True, slots=True)
class Overview:
    """The figures of the first page; what happened is of the last 24 hours."""

    accounts: int
    locked: int
    clients: int
    disabled: int
    signed_in: int
    refused: int
    throttled: int
    replays: int
    head: Head | None


def dossier_of(session: Session, person: AccountRecord, *, now: datetime) -> Dossier:
    """Give what there is about a person."""
    consents = consents_of(session, person.id)
    known = find_clients(session, [c.client_id for c in consents])
    return Dossier(
        person=person,
        role=role_of(session, person.id),
        sessions=sessions_of(session, person.id, now=now),
        sites=[(c, known.get(c.client_id)) for c in consents],
        passkeys=len(passkeys_of(session, person.id)),
        has_app=has_totp(session, person.id),
        codes_left=recovery_codes_left(session, person.id),
        entries=entries(session, Filter(account_id=person.id), limit=_SHOWN_ENTRIES),
    )


def overview(session: Session, *, now: datetime) -> Overview:
    """Give the figures of the first page."""
    accounts, locked = count_accounts(session)
    clients, disabled = count_clients(session)
    lately = count_entries(session, since=now - _DAY)
    return Overview(
        accounts=accounts,
        locked=locked,
        clients=clients,
        disabled=disabled,
        signed_in=lately.get("session.started", 0),
        refused=lately.get("signin.refused", 0),
        throttled=lately.get("signin.throttled", 0),
        replays=lately.get("grant.code_replayed", 0) + lately.get("grant.refresh_reused", 0),
        head=find_head(session),
    )
