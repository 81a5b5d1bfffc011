"""The stage of the provider's tests: its people and sites, and the same signing keys in every test."""

from typing import Any, cast

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient

from idp.accounts import passwords
from idp.kernel.ground import clock
from idp.kernel.work.floor import Floor
from idp.keys import KeyRing
from idp.keys.models import StoredKey
from tests.conftest import NOON
from tests.idp.cast import Site, Volunteer, add_person, add_site, new_browser
from tests.idp.outside import Outside, go_outside

_KEPT: list[dict[str, Any]] = []


@pytest.fixture(autouse=True, scope="session")
def _light_passwords() -> None:
    """Hash with the same algorithm and little memory: what a hash costs is measured in `bench`, not here."""
    passwords._hasher = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    passwords._NOBODYS_HASH = passwords._hasher.hash("nobody's")


@pytest.fixture(autouse=True)
def _signing_keys(request: pytest.FixtureRequest) -> None:
    """Put the keys of the first test back into the emptied tables: making an RSA key takes long."""
    if not {"idp", "idp_app"} & set(request.fixturenames):
        return
    app = cast(Flask, request.getfixturevalue("idp_app"))
    ring, floor = cast(KeyRing, app.extensions["keys"]), cast(Floor, app.extensions["floor"])
    at = max(NOON, clock.now())  # so that no test's clock finds them due for rotation
    with floor.db.writing() as session:
        for row in _KEPT:
            session.execute(sa.insert(StoredKey).values(**row, created_at=at, signs_at=at))
    ring.refresh()
    if not _KEPT:
        ring.published()
        with floor.db.reading() as session:
            wanted = sa.select(StoredKey.kid, StoredKey.algorithm, StoredKey.sealed, StoredKey.public)
            _KEPT.extend(dict(row) for row in session.execute(wanted).mappings())


@pytest.fixture
def outside(idp_app: Flask) -> Outside:
    """What clients' own addresses answer; to be asked for before `floor`."""
    return go_outside(idp_app)


@pytest.fixture
def anna(idp_app: Flask, floor: Floor) -> Volunteer:
    """A person with a confirmed address and every standard claim."""
    return add_person(floor)


@pytest.fixture
def dobro(idp_app: Flask, floor: Floor) -> Site:
    """A partner's confidential client."""
    return add_site(floor)


@pytest.fixture
def widget_site(idp_app: Flask, floor: Floor) -> Site:
    """The widget: public and first-party."""
    site = Site("widget", None, "https://widget.igrajdanin.test/cb")
    return add_site(floor, site, is_first_party=True, origins=["https://widget.igrajdanin.test"])


@pytest.fixture
def other_browser(idp: FlaskClient) -> FlaskClient:
    """A second browser with no cookies of the first."""
    return new_browser(idp)
