"""The stage of registration: a holder of an initial access token, and what a client sends."""

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from idp.kernel.ground import clock
from idp.kernel.work.floor import Floor
from idp.registration.service import add_initial_token
from tests.idp.outside import Outside

ASKED: dict[str, Any] = {"redirect_uris": ["https://new.test/cb"], "client_name": "New site"}


class Registrar:
    """Registers clients as their owner does; `told` is the answer of the last registration."""

    def __init__(self, browser: FlaskClient, token: str, outside: Outside) -> None:
        self.browser, self.token, self.outside = browser, token, outside
        self.told: dict[str, Any] = {}

    def send(self, **changes: Any) -> TestResponse:
        """Send a registration; a change to None leaves a member out."""
        sent = {name: value for name, value in {**ASKED, **changes}.items() if value is not None}
        headers = {"Authorization": f"Bearer {self.token}"}
        return self.browser.post("/connect/register", json=sent, headers=headers)

    def register(self, **changes: Any) -> dict[str, Any]:
        """Register and give the answer."""
        answered = self.send(**changes)
        assert answered.status_code == 201, answered.text
        told: dict[str, Any] = answered.get_json()
        self.told = told
        return told

    def error(self, **changes: Any) -> str | None:
        """Give the error of a registration, or nothing when it was taken."""
        answered = self.send(**changes)
        return answered.get_json()["error"] if answered.status_code == 400 else None

    def manage(self, method: str, *, token: str | None = None, **sent: Any) -> TestResponse:
        """Call the address of the last registration with its token or another one."""
        bearer = self.told["registration_access_token"] if token is None else token
        path = "/" + self.told["registration_client_uri"].split("/", 3)[3]
        headers = {"Authorization": f"Bearer {bearer}"}
        return self.browser.open(path, method=method, headers=headers, **sent)

    def replace(self, **changes: Any) -> TestResponse:
        """Replace the metadata of the last registration."""
        document = {**ASKED, "client_id": self.told["client_id"], **changes}
        return self.manage("PUT", json={name: v for name, v in document.items() if v is not None})


@pytest.fixture
def registrar(outside: Outside, floor: Floor, idp: FlaskClient) -> Registrar:
    """Somebody with a token for many registrations."""
    now = clock.now()
    with floor.db.writing() as session:
        token = add_initial_token(session, label="x", uses=500, expires_at=now + timedelta(days=400), now=now)
    return Registrar(idp, token, outside)
