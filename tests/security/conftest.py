"""The stage of the attacks: the same city before each, a volunteer at the form, a program at the API."""

import pytest
from flask.testing import FlaskClient

from idp.kernel.work.floor import Floor
from tests.security.stage import Program, two_partner_city
from tests.widget_server.cast import Volunteer


@pytest.fixture
def city(floor: Floor) -> None:
    """A city with services and two partners."""
    two_partner_city(floor)


@pytest.fixture
def volunteer(widget: FlaskClient, city: None) -> Volunteer:
    """Someone without scripts at the partner's page."""
    return Volunteer(widget)


@pytest.fixture
def program(widget: FlaskClient, city: None) -> Program:
    """A program at the API."""
    return Program(widget)
