"""The cast of the window's tests: a city with its services, a partner, a volunteer and her photo."""

import io
import re
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.test import TestResponse

from idp.kernel.ground import clock
from idp.kernel.work.floor import Floor
from widget_server.partners import PartnerDraft, save_partner
from widget_server.routing import load_routing, shipped_catalogue
from widget_server.territories import (
    Level,
    PlaceFields,
    TerritoryFields,
    TerritoryIndexes,
    load_places,
    load_territories,
    read_places,
)

DEMO = Path(__file__).resolve().parents[2] / "examples" / "demo_data"
PARTNER = "dobro"
DOBRO = "https://dobro.test"
KOLOMNA = (38.7590, 55.1030)
SEA = (30.0, 44.0)
STREETS = 12
_NEVER_IN_A_CITY = {"problem", "reporter", "draft", "sent_letter", "outbox", "photo"}
_recorded: dict[str, list[dict[str, Any]]] = {}
CONSENTS = {"consent-process": "yes", "consent-transfer": "yes"}


def found_city(floor: Floor) -> None:
    """Load the demo's territories, some streets, services, and the partner «Добровольцы».

    The rows are recorded the first time and put back for each further test: reading polygons takes time.
    """
    tables = [t for t in floor.db.metadata.sorted_tables if t.name not in _NEVER_IN_A_CITY]
    if not _recorded:
        _load_city(floor)
        with floor.db.reading() as session:
            rows = {t.name: [dict(r) for r in session.execute(sa.select(t)).mappings()] for t in tables}
        _recorded.update(rows)
        return
    with floor.db.writing() as session:
        for table in tables:
            if _recorded[table.name]:
                session.execute(sa.insert(table), _recorded[table.name])


def _load_city(floor: Floor) -> None:
    with floor.db.writing() as session:
        for name, level in (
            ("country", Level.COUNTRY),
            ("regions", Level.REGION),
            ("municipalities", Level.MUNICIPALITY),
            ("districts", Level.DISTRICT),
        ):
            data = (DEMO / "territories" / f"{name}.geojson").read_bytes()
            load_territories(session, data, fields=TerritoryFields(level), source=name, now=clock.now())
        streets = io.StringIO(_some_streets(), newline="")
        load_places(session, read_places(streets, PlaceFields()).drafts, source="streets")
        save_partner(
            session,
            PartnerDraft(PARTNER, "Добровольцы", "Volunteers", [DOBRO], lon=KOLOMNA[0], lat=KOLOMNA[1]),
            now=clock.now(),
        )
    with floor.db.writing() as session:
        load_routing(
            session,
            (DEMO / "authorities.toml").read_bytes(),
            catalogue=shipped_catalogue(),
            index=TerritoryIndexes().current(session),
            source="authorities",
            now=clock.now(),
        )


def _some_streets() -> str:
    lines = (DEMO / "streets.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    return "".join(line for n, line in enumerate(lines) if n < STREETS or "Октябрьской Революции" in line)


@cache
def photo(colour: str = "green") -> bytes:
    """Give a small real JPEG."""
    file = io.BytesIO()
    Image.new("RGB", (320, 240), colour).save(file, "JPEG")
    return file.getvalue()


@dataclass
class Volunteer:
    """Someone who fills in the widget without scripts: reads a page's form, answers it, follows on."""

    browser: FlaskClient
    page: TestResponse = field(init=False)

    def open(self, path: str = f"/w/{PARTNER}", referer: str | None = f"{DOBRO}/page") -> TestResponse:
        """Open an address as the partner's page does."""
        self.page = self.browser.get(path, headers={"Referer": referer} if referer else {})
        return self.page

    def answer(self, action: str = "next", **fields: Any) -> TestResponse:
        """Send the form of the page and follow where it leads."""
        self.page = self.post(action, **fields)
        while self.page.status_code in (302, 303):
            self.page = self.browser.get(self.page.location)
        return self.page

    def post(self, action: str = "next", **fields: Any) -> TestResponse:
        """Send the form of the page and give the bare answer."""
        data = {"form_token": self.token, "action": action, **fields}
        return self.browser.post(self.form_action, data=data, content_type="multipart/form-data")

    @property
    def token(self) -> str:
        """The hidden token of the page's form."""
        return self._find(r'name="form_token" value="([^"]+)"')

    @property
    def form_action(self) -> str:
        """Where the page's form goes."""
        return self._find(r'<form class="step" method="post" action="([^"]+)"').replace("&amp;", "&")

    @property
    def step(self) -> str:
        """The step that the page shows."""
        return self._find(r'data-step="([^"]*)"')

    @property
    def text(self) -> str:
        """The page's source."""
        return self.page.get_data(as_text=True)

    @property
    def faults(self) -> list[str]:
        """The anchors named in the error summary."""
        return re.findall(r'<li><a href="#([^"]+)">', self.text)

    def to_place(self) -> "Volunteer":
        """Choose a place in the middle of the city by coordinates."""
        self.open()
        self.answer(coordinates=f"{KOLOMNA[1]}, {KOLOMNA[0]}", address="у школы № 3")
        return self

    def to_photos(self) -> "Volunteer":
        """Go on to the photos: a pit in a street."""
        self.to_place().answer(category="roads.pothole")
        self.answer(description="Глубокая яма на переходе", **{"answer-road_class": "street"})
        return self

    def to_check(self, **who: str) -> "Volunteer":
        """Go on to the last step with one photo."""
        self.to_photos().answer(photo=(io.BytesIO(photo()), "яма.jpg"))
        self.answer(email="vera@example.org", name="Вера", **CONSENTS, **who)
        return self

    def _find(self, pattern: str) -> str:
        found = re.search(pattern, self.text)
        assert found, f"{pattern} is not on the page: {self.page.status} {self.text[:600]}"
        return found.group(1)
