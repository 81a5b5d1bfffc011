"""What was reported near a pin."""

from uuid import UUID

import pytest
import sqlalchemy as sa

from idp.kernel.ground import clock
from idp.kernel.ground.ids import new_id, new_number
from widget_server.problems import State, nearby
from widget_server.problems.cells import cell_at
from widget_server.problems.models import Problem

LON, LAT = 38.7590, 55.1030
METRE = 1 / 111_320
RADIUS = {"roads.pothole": 50, "ecology.air": 500}


def row(north_m=0.0, **changed):
    lat = LAT + north_m * METRE
    return {
        "id": new_id(),
        "number": f"50-{new_number(4)}-{new_number(4)}",
        "region": "50",
        "partner_id": UUID(int=1),
        "category": "roads.pothole",
        "state": "sent",
        "is_open": True,
        "is_public": True,
        "territory_code": "",
        "service_code": "",
        "lon": LON,
        "lat": lat,
        "cell": cell_at(lon=LON, lat=lat),
        "address": "",
        "description": f"{north_m} m",
        "answers": {},
        "language": "ru",
        "level": 0,
        "created_at": clock.now(),
        "queue_rank": 0,
        "clock_rules": {},
        **changed,
    }


@pytest.fixture
def near(floor):
    def ask(*rows, most=5):
        with floor.db.writing() as session:
            session.execute(sa.insert(Problem), list(rows))
        with floor.db.reading() as session:
            found = nearby(
                session,
                lon=LON,
                lat=LAT,
                radius_by_category=RADIUS,
                capabilities=floor.capabilities,
                now=clock.now(),
                most=most,
            )
        return [(one.category, one.distance_m) for one in found]

    return ask


def test_each_category_has_its_radius(near):
    smoke = row(400, category="ecology.air")
    assert near(row(40), row(60), smoke) == [("roads.pothole", 40), ("ecology.air", 400)]


def test_nearest_come_first_and_few(near):
    distances = [45, 5, 30, 20]
    assert near(*map(row, distances), most=3) == [("roads.pothole", m) for m in (5, 20, 30)]


@pytest.mark.parametrize(
    "changed",
    [
        {"is_open": False, "state": "fixed"},
        {"is_public": False},
        {"state": State.AWAITING_CONFIRMATION.value},
        {"category": "yards.snow"},
    ],
)
def test_others_are_not_shown(near, changed):
    assert near(row(10, **changed)) == []


def test_crowd_does_not_hide_the_nearest(near):
    crowd = [row(60 + n / 10) for n in range(400)]
    assert near(*crowd, row(10)) == [("roads.pothole", 10)]
