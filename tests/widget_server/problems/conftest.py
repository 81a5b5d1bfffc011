"""The stage of problems: services, reports of any kind, and the services' functions with their floor."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import sqlalchemy as sa

from idp.kernel.ground import clock
from idp.kernel.ground.ids import new_id
from idp.kernel.work.floor import Floor
from widget_server.problems import ClockRules, Contact, ReportCommand, report
from widget_server.problems.commands import DueDates, Receipt, Route
from widget_server.problems.models import Problem
from widget_server.routing.models import Authority

PARTNER = UUID(int=7)
HERE = (38.7590, 55.1030)
File = Callable[..., Receipt]


def count_due(start: datetime, rules: ClockRules) -> DueDates:
    """Count eight days for the answer and thirty for the fix, where they are promised."""
    answer = start + timedelta(days=8) if rules.answer else None
    return DueDates(answer, start + timedelta(days=30) if rules.fix else None)


def command(**changes: Any) -> ReportCommand:
    """Give a guest's report of a pit, changed as the test needs."""
    return ReportCommand(
        **{
            "partner_id": PARTNER, "language": "ru", "lon": HERE[0], "lat": HERE[1],
            "address": "ул. Ленина, 1", "category": "roads.pothole", "is_public": True,
            "route": Route("roads", "kolomna", "50", ClockRules((8, "working"), (30, "calendar"))),
            "description": "Яма у остановки", "answers": {}, "contact": guest(), "consents": (), **changes,
        }
    )  # fmt: skip


def guest(email: str = "vera@example.org") -> Contact:
    """Give a guest."""
    return Contact(email, "Вера Орлова")


def signed_in(sub: str = "p-anna", level: int = 1) -> Contact:
    """Give a person whose e-mail the provider has confirmed."""
    return Contact("anna@example.org", "Анна Петрова", sub, level)


@pytest.fixture
def services(floor: Floor) -> None:
    """Two services: roads and lights."""
    with floor.db.writing() as session:
        for code, name in (("roads", "Дорожная служба"), ("lights", "Горсвет")):
            session.add(
                Authority(
                    code=code, name_ru=name, name_en=code.title(), short_name_ru=name, short_name_en=code,
                    name_ru_to=name, email=f"{code}@city.example", phone="", site="", legal_note_ru="",
                    legal_note_en="", is_active=True, source="tests", loaded_at=clock.now(),
                )
            )  # fmt: skip


@pytest.fixture
def file_report(floor: Floor) -> File:
    """File a report and give its receipt."""

    def go(**changes: Any) -> Receipt:
        with floor.db.writing() as session:
            return report(
                session, command(**changes), count_due=count_due, outbox=floor.outbox, now=clock.now()
            )

    return go


@pytest.fixture
def stored(floor: Floor) -> Callable[[Receipt], Problem]:
    """Give a report's row as it stands now."""

    def go(receipt: Receipt) -> Problem:
        with floor.db.reading() as session:
            return session.execute(sa.select(Problem).where(Problem.id == receipt.problem_id)).scalar_one()

    return go


def new_owner() -> UUID:
    """Give a key under which photos wait."""
    return new_id()
