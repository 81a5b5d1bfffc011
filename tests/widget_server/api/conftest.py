"""A program that talks to the API of a window with a city in it."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from idp.kernel.ground.ids import new_secret
from idp.kernel.work.floor import Floor
from tests.widget_server.cast import KOLOMNA, PARTNER, found_city, photo


@pytest.fixture
def city(floor: Floor) -> None:
    """Territories, streets, services and one partner."""
    found_city(floor)


class Program:
    """A program without a browser's habits."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, path: str, **query: Any) -> Any:
        """Ask the API."""
        return self.client.get(f"/api/v1{path}", query_string=query)

    def send_photo(self, data: bytes | None = None) -> Any:
        """Send one photo."""
        file = io.BytesIO(photo() if data is None else data)
        return self.client.post("/api/v1/photos", data={"photo": (file, "яма.jpg")})

    def body(self, **changes: Any) -> dict[str, Any]:
        """Give a complete report with a photo of its own; `changes` are put over it."""
        plain = {
            "partner": PARTNER, "lon": KOLOMNA[0], "lat": KOLOMNA[1], "address": "у школы № 3",
            "category": "roads.pothole", "description": "Глубокая яма на переходе",
            "answers": {"road_class": "street"}, "email": "vera@example.org", "name": "Вера",
            "consents": ["process", "transfer"], "lang": "ru",
        }  # fmt: skip
        if "photos" not in changes:
            plain["photos"] = [self.send_photo().get_json()["token"]]
        return {**plain, **changes}

    def report(self, body: Any, *, key: str | None = "", **headers: str) -> Any:
        """Send a report under a key (a new one unless given, none when None)."""
        if key is not None:
            headers["Idempotency-Key"] = key or new_secret()
        return self.client.post("/api/v1/problems", json=body, headers=headers)


@pytest.fixture
def program(widget: FlaskClient, city: None) -> Program:
    """The program."""
    return Program(widget)


@pytest.fixture
def faults() -> Callable[[Any], list[str]]:
    """Give the fields that a problem document names."""
    return lambda answer: [error["field"] for error in answer.get_json()["errors"]]
