"""Staff of the tests: an administrator and one of the support, at work with a second factor."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from idp.accounts import Role, grant_role
from idp.audit import OPERATOR
from idp.kernel.ground import clock
from idp.kernel.work.floor import Floor
from idp.sessions.models import SignedInSession
from tests.idp.cast import Volunteer, add_person, new_browser


@dataclass(frozen=True)
class AtWork:
    """One of the staff and their browser."""

    person: Volunteer
    browser: FlaskClient


Hire = Callable[[str, Role], AtWork]


@pytest.fixture
def hire(idp: FlaskClient, idp_app: Flask, floor: Floor) -> Hire:
    """Give somebody a role and a browser in which they have signed in with two proofs."""

    def make(name: str, role: Role) -> AtWork:
        person, browser = add_person(floor, f"{name}@staff.test", name="Мария Котова"), new_browser(idp)
        with floor.db.writing() as session:
            grant_role(session, person.sub, role, by=OPERATOR, now=clock.now())
        assert person.sign_in(browser).status_code == 303
        with floor.db.writing() as session:
            own = sa.update(SignedInSession).where(SignedInSession.account_id == person.sub)
            session.execute(own.values(strengthened_at=SignedInSession.auth_time))
        return AtWork(person, browser)

    return make


@pytest.fixture
def admin(hire: Hire) -> AtWork:
    """An administrator."""
    return hire("admin", "admin")


@pytest.fixture
def support(hire: Hire) -> AtWork:
    """One of the support."""
    return hire("support", "support")
