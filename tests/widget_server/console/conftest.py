"""The console's stage: services, reports, and browsers in which somebody is signed in already."""

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from idp.kernel.ground import clock
from idp.kernel.ground.clock import FrozenClock
from idp.kernel.ground.ids import new_id
from idp.kernel.web.assets import Asset, Assets
from idp.kernel.work.floor import Floor
from widget_server.identity import Role, SignedIn, grant_role
from widget_server.identity.service import open_session
from widget_server.problems import ClockRules, Contact, ReportCommand, report
from widget_server.problems.commands import DueDates, Route
from widget_server.routing.models import Authority

HOST = "widget.igrajdanin.test"
PARTNER = UUID(int=7)
_SERVICES = (("roads", "Дорожная служба", "Road service"), ("lights", "Горсвет", "City lights"))
Enter = Callable[..., FlaskClient]
File = Callable[..., str]


@pytest.fixture(autouse=True)
def _stopped(frozen: FrozenClock) -> None:
    """All happens at the stopped noon."""


@pytest.fixture(autouse=True)
def _assets(widget_app: Flask) -> Iterator[None]:
    """Pages name built files; what they hold is no matter here."""
    original = widget_app.extensions["assets"]
    known = {"pages.css": Asset("pages.css", "sha384-x", "text/css")}
    widget_app.extensions["assets"] = Assets(original.folder, {**known, **original.by_name})
    yield
    widget_app.extensions["assets"] = original


@pytest.fixture
def services(floor: Floor) -> None:
    """Two services: roads and lights."""
    with floor.db.writing() as session:
        for code, ru, en in (
            ("roads", "Дорожная служба", "Road service"),
            ("lights", "Горсвет", "City lights"),
        ):
            session.add(
                Authority(
                    code=code, name_ru=ru, name_en=en, short_name_ru=ru, short_name_en=en, name_ru_to=ru,
                    email=f"{code}@example.org", phone="", site="", legal_note_ru="", legal_note_en="",
                    is_active=True, source="tests", loaded_at=clock.now(),
                )
            )  # fmt: skip


@pytest.fixture
def enter(widget_app: Flask, floor: Floor, widget: FlaskClient, services: None) -> Enter:
    """Give the browser of a person who is signed in, with a role if one is named."""

    def go(sub: str = "p-staff", *, role: Role | None = None, authority: str | None = None) -> FlaskClient:
        now = clock.now()
        with floor.db.writing() as session:
            secret = open_session(
                session, SignedIn(sub, "Анна", "L1"), id_token=b"sealed", replaced=None, now=now
            )
            if role:
                grant_role(session, sub, role, authority=authority, granted_by="tests", now=now)
        widget.set_cookie("__Host-window", secret, domain=HOST, secure=True)
        return widget

    return go


@pytest.fixture
def platform(enter: Enter) -> FlaskClient:
    """The browser of platform staff."""
    return enter(role=Role.PLATFORM)


@pytest.fixture
def roads(enter: Enter) -> FlaskClient:
    """The browser of the road service's staff."""
    return enter("p-roads", role=Role.AUTHORITY, authority="roads")


@pytest.fixture
def file_report(floor: Floor) -> File:
    """File a report and give its number."""

    def go(
        *, service: str = "roads", sub: str = "p-anna", due_days: float = 5, level: int = 1, **changes: Any
    ) -> str:
        now = clock.now()
        due = DueDates(now + timedelta(days=due_days), now + timedelta(days=due_days + 5))
        command = ReportCommand(
            **{
                "partner_id": PARTNER, "language": "ru", "lon": 38.77, "lat": 55.08,
                "address": "ул. Ленина, 1",
                "category": "roads.pothole", "is_public": True,
                "route": Route(service, "kolomna", "50", ClockRules((8, "working"), None)),
                "description": "Яма у остановки", "answers": {},
                "contact": Contact("anna@example.org", "Анна Петрова", sub, level), "consents": (),
                "photo_owner": new_id(), **changes,
            }
        )  # fmt: skip
        with floor.db.writing() as session:
            return report(session, command, count_due=lambda *_: due, outbox=floor.outbox, now=now).number

    return go


@pytest.fixture
def post() -> Callable[..., Any]:
    """Send a form of a page with the token that the page carries."""

    def go(browser: FlaskClient, page: str, address: str, **fields: str) -> Any:
        shown = browser.get(page).text
        found = re.search(r'name="csrf_token" value="([^"]+)"', shown)
        token = found[1] if found else ""
        return browser.post(address, data={"csrf_token": token, **fields})

    return go
