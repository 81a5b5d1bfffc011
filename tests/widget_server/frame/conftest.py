"""The frame's stage: a city, and a volunteer at a partner's page."""

import pytest
from flask.testing import FlaskClient

from idp.kernel.work.floor import Floor
from tests.widget_server.cast import Volunteer, found_city


@pytest.fixture
def volunteer(widget: FlaskClient, floor: Floor) -> Volunteer:
    """A volunteer without scripts, in a city with services."""
    found_city(floor)
    return Volunteer(widget)
