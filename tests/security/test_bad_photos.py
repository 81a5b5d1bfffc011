"""Hostile and unlucky photos, through the plain form, the scripts' upload and the API (spec C8.2 to C8.6)."""

import io
import time

import pytest
from werkzeug.test import TestResponse

from idp.kernel.work.floor import Floor
from tests.security.stage import (
    PHOTOS,
    Program,
    files_stored,
    jpeg,
    jpeg_from,
    png_of,
    refused,
    rows,
    secret_of,
)
from tests.widget_server.cast import PARTNER, Volunteer

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'
GIF = b"GIF89a\x01\x00\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"
HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + b"\0" * 100
PDF = b"%PDF-1.7\n1 0 obj<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>"
REFUSED = {
    "svg": (SVG, 415, "JPEG, PNG или WebP"),
    "gif": (GIF, 415, "JPEG, PNG или WebP"),
    "pdf": (PDF, 415, "JPEG, PNG или WebP"),
    "heic": (HEIC, 415, "HEIC"),
    "page": (b"<!doctype html><script>alert(1)</script>", 415, "JPEG, PNG или WebP"),
    "bomb": (png_of(50_000, 50_000), 413, "снимок поменьше"),
    "cut": (jpeg()[:200], 422, "Выберите другую фотографию"),
    "empty": (b"", 422, "Выберите другую фотографию"),
}


def _uploaded(volunteer: Volunteer, data: bytes, name: str = "a.jpg") -> TestResponse:
    path = f"/w/{PARTNER}/d/{secret_of(volunteer)}/photos/upload"
    return volunteer.browser.post(path, data={"photo": (io.BytesIO(data), name)})


@pytest.mark.parametrize("kind", REFUSED)
def test_hostile_photo_is_refused_at_every_door(
    volunteer: Volunteer, program: Program, floor: Floor, kind: str
) -> None:
    data, status, word = REFUSED[kind]
    volunteer.to_photos().answer(
        "upload", photo=[(io.BytesIO(jpeg()), "good.jpg"), (io.BytesIO(data), "bad.jpg")]
    )
    assert (volunteer.page.status_code, volunteer.step, volunteer.faults) == (422, "photos", ["photo"])
    assert word in volunteer.text
    assert volunteer.text.count("<img") == 1, "the good photo of the same form is kept"
    assert word in refused(_uploaded(volunteer, data), status)
    refused(program.photo(data), status)
    assert rows(floor, "photo") == 1


def test_bomb_is_refused_in_a_second(program: Program) -> None:
    begun = time.process_time()
    refused(program.photo(png_of(50_000, 50_000)), 413)
    assert time.process_time() - begun < 1


def test_heic_gets_its_own_word_in_english(volunteer: Volunteer) -> None:
    volunteer.open(f"/w/{PARTNER}?lang=en")
    volunteer.answer(coordinates="55.1030, 38.7590")
    volunteer.answer(category="roads.pothole")
    volunteer.answer(description="A pit")
    volunteer.answer("upload", photo=(io.BytesIO(HEIC), "IMG_0001.HEIC"))
    assert "Save it as JPEG" in volunteer.text


def test_polyglot_loses_its_second_half(volunteer: Volunteer, floor: Floor) -> None:
    payload = b"<script>xss-polyglot</script><?php xss-polyglot ?>PK\x03\x04xss-polyglot"
    comment = jpeg(comment=payload) + payload
    answer = _uploaded(volunteer.to_photos(), comment)
    assert answer.status_code == 201
    assert not [name for name, data in files_stored(floor).items() if b"xss-polyglot" in data]
    served = volunteer.browser.get(answer.get_json()["thumbnail_url"])
    assert (served.status_code, served.mimetype) == (200, "image/webp")
    assert served.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in served.headers["Content-Security-Policy"]


def test_place_in_photo_is_offered_and_never_kept(volunteer: Volunteer, floor: Floor) -> None:
    data = jpeg_from(38.77, 55.08, "xss-camera-owner")
    answer = _uploaded(volunteer.to_photos(), data)
    assert answer.get_json()["position"] == {
        "lon": pytest.approx(38.77, abs=1e-4),
        "lat": pytest.approx(55.08, abs=1e-4),
    }
    kept = files_stored(floor)
    assert kept
    for mark in (b"Exif", b"xss-camera-owner", b"GPS", b"http://ns.adobe.com"):
        assert not [name for name, stored in kept.items() if mark in stored], mark
    for size in ("thumbnail_url",):
        assert b"Exif" not in volunteer.browser.get(answer.get_json()[size]).data


def test_file_name_never_reaches_the_store(volunteer: Volunteer, floor: Floor) -> None:
    names = (
        "../../etc/passwd",
        "..\\..\\boot.ini",
        "a\0b.jpg",
        "CON",
        "я" * 300 + ".jpg",
    )
    volunteer.to_photos()
    for at, name in enumerate(names):
        assert _uploaded(volunteer, jpeg(colour=f"#0000{at:02x}"), name).status_code == 201, name
    assert all(len(name) == 64 for name in files_stored(floor))


def test_same_photo_again_is_kept_once(volunteer: Volunteer) -> None:
    volunteer.to_photos()
    first, second = _uploaded(volunteer, jpeg()), _uploaded(volunteer, jpeg())
    assert first.get_json()["id"] == second.get_json()["id"]


def test_upload_without_a_file_is_told(volunteer: Volunteer, program: Program) -> None:
    volunteer.to_photos()
    path = f"/w/{PARTNER}/d/{secret_of(volunteer)}/photos/upload"
    refused(volunteer.browser.post(path, data={"photo": "text instead"}), 422)
    refused(volunteer.browser.post(path, data=b"\xff\xd8\xff", content_type="image/jpeg"), 422)
    refused(program.browser.post(PHOTOS, json={"photo": ["a"]}), 422)


def test_too_large_request_keeps_the_draft(volunteer: Volunteer) -> None:
    volunteer.to_photos()
    page = volunteer.form_action
    answer = volunteer.browser.post(
        page,
        data=b"--x",
        content_type="multipart/form-data; boundary=x",
        environ_overrides={"CONTENT_LENGTH": str(31 * 2**20)},
    )
    refused(answer, 413)
    assert "frame-ancestors https://dobro.test" in answer.headers["Content-Security-Policy"]
    assert volunteer.browser.get(page).status_code == 200


def test_photo_of_another_draft_stays(volunteer: Volunteer, floor: Floor) -> None:
    """Removing by the key of another draft's photo removes nothing (spec C9.1)."""
    mine = _uploaded(volunteer.to_photos(), jpeg()).get_json()["id"]
    other = Volunteer(volunteer.browser).to_photos()
    path = f"/w/{PARTNER}/d/{secret_of(other)}/photos/{mine}/remove"
    other.browser.post(path)
    other.answer("", remove=mine)
    assert rows(floor, "photo") == 1
    refused(other.browser.post(path.replace(mine, "no-id")), 404)
