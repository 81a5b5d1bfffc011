"""Fills the empty demo once: people, territories, places, responsible services, staff, a year of reports.

What depends on the port and the names is not here but in `register`, which every start repeats.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import cast
from uuid import UUID

from flask import Flask
from sqlalchemy.orm import Session

from idp.accounts import OperatorAccount, add_account, hash_password, parse_address
from idp.kernel.ground import clock
from idp.kernel.work.floor import Floor
from widget_server.identity import Role, grant_role
from widget_server.routing import load_routing, shipped_catalogue
from widget_server.territories import (
    Level,
    PlaceFields,
    TerritoryFields,
    TerritoryIndexes,
    load_places,
    load_territories,
    read_places,
)

from .people import PEOPLE, Official, Person
from .reports import seed_reports
from .vault import Vault

_DATA = Path(__file__).resolve().parent.parent / "demo_data"
_FILES = {
    Level.COUNTRY: "country",
    Level.REGION: "regions",
    Level.MUNICIPALITY: "municipalities",
    Level.DISTRICT: "districts",
}


def seed(vault: Vault, *, idp: Flask, widget: Flask) -> None:
    """Fill both empty, migrated databases, in which the partners are already registered."""
    with _writing(idp) as session:
        subjects = {person: _add(session, person, vault) for person in PEOPLE}
    with _writing(widget) as session:
        _load_places(session)
    with _writing(widget) as session:
        _load_services(session)
        for person, subject in subjects.items():
            if isinstance(person, Official):
                _grant(session, person, subject)
    seed_reports(widget, subjects)


@contextmanager
def _writing(app: Flask) -> Iterator[Session]:
    with app.app_context(), cast(Floor, app.extensions["floor"]).db.writing() as session:
        yield session


def _add(session: Session, person: Person, vault: Vault) -> UUID:
    address = parse_address(person.email)
    if address is None:
        raise ValueError(person.email)
    account = OperatorAccount(address, hash_password(vault.password), person.name, is_verified=True)
    return add_account(session, account, now=clock.now())


def _load_places(session: Session) -> None:
    for level, name in _FILES.items():
        data = (_DATA / "territories" / f"{name}.geojson").read_bytes()
        load_territories(session, data, fields=TerritoryFields(level), source=name, now=clock.now())
    streets = StringIO((_DATA / "streets.csv").read_text(encoding="utf-8"), newline="")
    load_places(session, read_places(streets, PlaceFields()).drafts, source="streets")


def _load_services(session: Session) -> None:
    load_routing(
        session,
        (_DATA / "authorities.toml").read_bytes(),
        catalogue=shipped_catalogue(),
        index=TerritoryIndexes().current(session),
        source="authorities",
        now=clock.now(),
    )


def _grant(session: Session, person: Official, subject: UUID) -> None:
    role = Role.AUTHORITY if person.authority else Role.PLATFORM
    authority = person.authority
    grant_role(session, str(subject), role, authority=authority, granted_by="demo", now=clock.now())
