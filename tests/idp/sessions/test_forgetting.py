"""What has served its time leaves the database by itself."""

from datetime import timedelta

import sqlalchemy as sa
from flask.testing import FlaskClient

from idp.accounts.slice import SLICE as ACCOUNTS
from idp.grants.models import AuthorizationCode
from idp.grants.slice import SLICE as GRANTS
from idp.kernel.ground.clock import FrozenClock
from idp.kernel.work.floor import Floor
from idp.keys.slice import SLICE as KEYS
from idp.sessions.models import SignedInSession, Visit
from idp.sessions.slice import SLICE as SESSIONS
from idp.tokens.models import Grant
from idp.tokens.slice import SLICE as TOKENS
from tests.idp.cast import Site, Volunteer

TABLES = (AuthorizationCode, Grant, Visit, SignedInSession)


def _rows(floor: Floor) -> list[int]:
    with floor.db.reading() as session:
        return [int(session.execute(sa.select(sa.func.count()).select_from(t)).scalar_one()) for t in TABLES]


def _forget(floor: Floor) -> None:
    for one in (GRANTS, TOKENS, SESSIONS, ACCOUNTS, KEYS):
        for work in one.periodic:
            work.run(floor)


def test_old_rows_leave_in_order(
    idp: FlaskClient, floor: Floor, dobro: Site, anna: Volunteer, frozen: FrozenClock
) -> None:
    dobro.connect(idp, anna)
    _forget(floor)
    assert _rows(floor) == [1, 1, 1, 1]
    left = []
    for days in (2, 30, 200):
        frozen.tick(seconds=timedelta(days=days).total_seconds())
        _forget(floor)
        left.append(_rows(floor))
    assert [rows[:3] for rows in left] == [[0, 1, 0], [0, 1, 0], [0, 0, 0]]
    assert left[-1][3] == 0
