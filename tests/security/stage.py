"""The stage of the attacks: a city set up fast, both doors, hostile files, what holds after each try."""

import io
import json
import re
import struct
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any

import sqlalchemy as sa
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.test import TestResponse

from idp.kernel.ground import clock
from idp.kernel.ground.ids import new_secret
from idp.kernel.outside.mail import Mail
from idp.kernel.work.floor import Floor
from tests.widget_server.cast import CONSENTS, DOBRO, KOLOMNA, PARTNER, Volunteer, found_city
from widget_server.partners import PartnerDraft, save_partner

OTHER_PARTNER = "gorod"
GOROD = "https://gorod.test"
KOLYCHEVO = (38.7299, 55.0660)
PROBLEMS = "/api/v1/problems"
PHOTOS = "/api/v1/photos"


def two_partner_city(floor: Floor) -> None:
    """Found the city with a second partner."""
    found_city(floor)
    with floor.db.writing() as session:
        save_partner(
            session,
            PartnerDraft(OTHER_PARTNER, "Город", "City", [GOROD], lon=KOLOMNA[0], lat=KOLOMNA[1]),
            now=clock.now(),
        )


@dataclass
class Program:
    """A program at the API: sends bodies as they are, however broken."""

    browser: FlaskClient

    def report(
        self, *, key: str | None = None, headers: dict[str, str] | None = None, **changes: Any
    ) -> TestResponse:
        """Send a report that is right but for the changes; a change to `...` leaves the field out."""
        body = {name: value for name, value in {**right_body(), **changes}.items() if value is not ...}
        return self.send(json.dumps(body), key=key, headers=headers)

    def send(
        self,
        data: str | bytes,
        *,
        key: str | None = None,
        content_type: str = "application/json",
        headers: dict[str, str] | None = None,
    ) -> TestResponse:
        """Send any bytes as a report."""
        with_key = {"Idempotency-Key": key or new_secret(12), **(headers or {})}
        return self.browser.post(PROBLEMS, data=data, content_type=content_type, headers=with_key)

    def photo(self, data: bytes, name: str = "a.jpg") -> TestResponse:
        """Send one photo."""
        return self.browser.post(PHOTOS, data={"photo": (io.BytesIO(data), name)})


def right_body() -> dict[str, Any]:
    """Give a report about a street lamp that needs no photo."""
    return {
        "partner": PARTNER, "lon": KOLOMNA[0], "lat": KOLOMNA[1], "category": "lighting.street",
        "description": "Не горит фонарь", "email": "vera@example.org", "name": "Вера",
        "consents": ["process", "transfer"],
    }  # fmt: skip


def lamp_at_check(volunteer: Volunteer, **who: str) -> Volunteer:
    """Bring a volunteer to the last step without a photo: a street lamp is out."""
    volunteer.to_place().answer(category="lighting.street")
    volunteer.answer(description="Не горит фонарь")
    volunteer.answer()
    volunteer.answer(**{"email": "vera@example.org", "name": "Вера", **CONSENTS, **who})
    assert volunteer.step == "check", volunteer.text
    return volunteer


def secret_of(volunteer: Volunteer) -> str:
    """Give the secret in the path of the volunteer's draft."""
    found = re.search(r"/d/([^/]+)/", volunteer.form_action)
    assert found
    return found.group(1)


def multipart(fields: dict[str, str]) -> bytes:
    """Give a multipart body with the boundary `x`, made by hand: the test client leaves large ones open."""
    parts = [f'--x\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n' for n, v in fields.items()]
    return "".join([*parts, "--x--"]).encode()


def refused(answer: TestResponse, *statuses: int) -> str:
    """Say that an answer refuses with a sentence for people, and give its text."""
    assert answer.status_code in statuses, (answer.status_code, answer.get_data(as_text=True)[:600])
    text = answer.get_data(as_text=True)
    assert "Traceback" not in text
    if answer.mimetype == "application/problem+json":
        document = answer.get_json()
        assert (document["status"], bool(document["title"])) == (answer.status_code, True)
    else:
        assert "<h1>" in text
    return text


def rows(floor: Floor, table: str) -> int:
    """Count the rows of a table."""
    with floor.db.reading() as session:
        return int(
            session.execute(
                sa.select(sa.func.count()).select_from(floor.db.metadata.tables[table])
            ).scalar_one()
        )


def everything_stored(floor: Floor) -> str:
    """Give all that the tables hold, as one text to search."""
    with floor.db.reading() as session:
        return "\n".join(
            repr([value for value in row if not isinstance(value, bytes)])
            for table in floor.db.metadata.sorted_tables
            for row in session.execute(sa.select(table))
        )


def files_stored(floor: Floor) -> dict[str, bytes]:
    """Give every file of the store by its name."""
    folder = floor.settings.data_dir / "files"
    return {path.name: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


class Marks(HTMLParser):
    """Collects what a page would run: elements, attributes and links that bear the attacker's mark."""

    def __init__(self) -> None:
        super().__init__()
        self.alive: list[str] = []

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        """Look at one element."""
        names = [tag, *(name for name, _ in attrs)]
        self.alive += [name for name in names if name.startswith(("xss", "on"))]
        links = [value or "" for name, value in attrs if name in ("href", "src", "action", "formaction")]
        self.alive += [
            link for link in links if link.strip().lower().startswith(("javascript:", "data:text"))
        ]


def link_in(mail: Mail, path: str) -> str:
    """Give the path of a link in a letter."""
    found = re.search(rf"https://widget\.igrajdanin\.test({path}/\S+)", mail.text)
    assert found, mail.text
    return found.group(1)


def deliver(program: Program, drain: Callable[[], int], outgoing: list[Mail]) -> tuple[str, str, str]:
    """File and confirm a report; give its number, its confirm link and its service's link."""
    outgoing.clear()
    number = program.report().get_json()["number"]
    drain()
    confirm = link_in(outgoing[0], "/confirm")
    assert program.browser.post(confirm).status_code == 303
    drain()
    return number, confirm, link_in(next(m for m in outgoing if "/s/" in m.text), "/s")


def alive_in(text: str) -> list[str]:
    """Give what of an attacker's marks is alive in a page."""
    marks = Marks()
    marks.feed(text)
    return marks.alive


def png_of(width: int, height: int) -> bytes:
    """Give a PNG that says it has these sides and holds almost nothing: a bomb's header."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return (
        b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(b"\0" * 100_000)) + chunk(b"IEND", b"")
    )


def jpeg(*, colour: str = "navy", **options: Any) -> bytes:
    """Give a small real JPEG."""
    file = io.BytesIO()
    Image.new("RGB", (64, 48), colour).save(file, "JPEG", **options)
    return file.getvalue()


def jpeg_from(lon: float, lat: float, owner: str) -> bytes:
    """Give a JPEG whose Exif says where it was taken and whose camera it was."""
    exif = Image.Exif()
    exif[0x013B], exif[0x010F] = owner, owner
    degrees = {1: "N", 2: _parts(lat), 3: "E", 4: _parts(lon)}
    exif.get_ifd(0x8825).update(degrees)
    exif[0x8825] = degrees
    return jpeg(colour="olive", exif=exif, comment=owner.encode())


def _parts(value: float) -> tuple[float, float, float]:
    degrees = int(value)
    minutes = int((value - degrees) * 60)
    return float(degrees), float(minutes), round(((value - degrees) * 60 - minutes) * 60, 4)


__all__ = ["DOBRO", "GOROD", "KOLOMNA", "KOLYCHEVO", "OTHER_PARTNER", "PARTNER"]
