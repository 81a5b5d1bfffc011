"""Requests that no browser sends: broken bodies, floods, odd methods and paths (spec C8.11, C9.3)."""

import gc
import json
import re
from typing import Any

import pytest

from idp.kernel.work.floor import Floor
from tests.security.stage import PHOTOS, PROBLEMS, Program, multipart, refused, right_body, rows
from tests.widget_server.cast import PARTNER, Volunteer

# Werkzeug leaves the parts it has read before a refusal to the garbage collector.
LEFT_OPEN = pytest.mark.filterwarnings("ignore::ResourceWarning")
MULTIPART = "multipart/form-data; boundary=x"
BROKEN = {
    "nothing": b"",
    "no json": b"hello",
    "cut": json.dumps(right_body()).encode()[:-5],
    "invalid utf-8": b'{"partner":"\xff\xfe"}',
    "lone surrogate": json.dumps({**right_body(), "name": "\ud800"}).encode(),
    "deep": b"[" * 20_000 + b"]" * 20_000,
    "deep object": b'{"a":' * 20_000 + b"1" + b"}" * 20_000,
    "digits": b'{"lon":' + b"9" * 900_000 + b"}",
    "array": b"[]",
    "text": b'"report"',
    "number": b"1",
    "null": b"null",
    "bom": b"\xef\xbb\xbf" + json.dumps(right_body()).encode(),
    "utf-16": json.dumps(right_body()).encode("utf-16"),
}


@pytest.mark.parametrize("kind", BROKEN)
def test_broken_body_is_refused(program: Program, floor: Floor, kind: str) -> None:
    refused(program.send(BROKEN[kind]), 400, 422)
    assert rows(floor, "problem") == 0


def test_huge_body_is_refused_before_it_is_read(program: Program) -> None:
    refused(program.send(b'{"lon":' + b"9" * 10_000_000 + b"}"), 413)


@pytest.mark.parametrize("value", [[], {}, 1, None, True, ["a"], {"$ne": ""}])
def test_other_kind_of_value_is_refused(program: Program, value: Any) -> None:
    for name in ("partner", "category", "email", "name", "description", "address", "service", "lang"):
        refused(program.report(**{name: value}), 422)
    for name in ("photos", "consents"):
        if value not in ([], ["a"]):
            refused(program.report(**{name: value}), 422)
    if not isinstance(value, dict):
        refused(program.report(answers=value), 422)


def test_repeated_member_counts_once(program: Program, floor: Floor) -> None:
    body = json.dumps(right_body())
    assert program.send(body[:-1] + ',"email":"eve@example.org"}').status_code in (201, 400, 422)
    assert rows(floor, "reporter") <= 1


def test_repeated_field_of_a_form_counts_once(volunteer: Volunteer) -> None:
    volunteer.to_place()
    twice = {"form_token": volunteer.token, "action": ["next", "find"], "category": ["lighting.street", "x"]}
    assert volunteer.browser.post(volunteer.form_action, data=twice).status_code == 303
    token = {"form_token": ["x", volunteer.token], "category": "lighting.street"}
    refused(volunteer.browser.post(volunteer.form_action, data=token), 403)


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "application/xml",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "multipart/form-data; boundary=x",
        "",
        "application/json; charset=utf-7",
        "x" * 3000,
    ],
)
def test_other_content_type_is_refused(volunteer: Volunteer, program: Program, content_type: str) -> None:
    answer = program.send(json.dumps(right_body()), content_type=content_type)
    assert answer.status_code in (400, 415, 422) or "json" in content_type
    refused(program.browser.post(PHOTOS, data=b"\xff\xd8\xff", content_type=content_type), 400, 415, 422)
    page = volunteer.to_place().form_action
    refused(
        volunteer.browser.post(page, data=b'{"form_token":"x"}', content_type=content_type), 400, 403, 415
    )
    assert volunteer.browser.get(page).status_code == 200


def test_invalid_utf8_in_a_form_is_no_fault_of_ours(volunteer: Volunteer) -> None:
    page, token = volunteer.to_place().form_action, volunteer.token
    fields = b"form_token=%s&category=%%ff%%fe&q=\xff\xfe&answer-%%ff=1" % token.encode()
    answer = volunteer.browser.post(page, data=fields, content_type="application/x-www-form-urlencoded")
    refused(answer, 403, 422)
    parts = b"".join(
        b'--x\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % part
        for part in (
            (b"form_token", token.encode()),
            (b"category", b"\xff\xfe\xed\xa0\x80"),
            (b"\xed\xa0\x80", b"1"),
        )
    )
    answer = volunteer.browser.post(page, data=parts + b"--x--", content_type=MULTIPART)
    refused(answer, 403, 422)


def test_flood_of_fields_is_bounded(volunteer: Volunteer, floor: Floor) -> None:
    page = volunteer.to_place().form_action
    volunteer.answer(category="lighting.street")
    details = volunteer.form_action
    many = {f"answer-{n}": "x" for n in range(10_000)} | {"form_token": volunteer.token, "action": "next"}
    assert volunteer.browser.post(details, data=many).status_code == 303
    with floor.db.reading() as session:
        (draft,) = session.execute(floor.db.metadata.tables["draft"].select()).all()
    assert len(draft.fields["answers"]) <= 20
    refused(volunteer.browser.post(details, data=multipart(many), content_type=MULTIPART), 413)
    assert volunteer.browser.get(page).status_code == 200


@LEFT_OPEN
def test_flood_of_files_is_bounded(volunteer: Volunteer, floor: Floor) -> None:
    page = volunteer.to_photos().form_action
    part = b'--x\r\nContent-Disposition: form-data; name="photo"; filename="a.jpg"\r\n\r\nx\r\n'
    answer = volunteer.browser.post(page, data=part * 5_000 + b"--x--", content_type=MULTIPART)
    refused(answer, 413)
    assert volunteer.browser.get(page).status_code == 200
    gc.collect()


@LEFT_OPEN
@pytest.mark.parametrize(
    "body",
    [
        b"--x",
        b"--x\r\n\r\n",
        b"--x\r\nContent-Disposition: form-data\r\n\r\nx\r\n--x--",
        b"--x\r\nContent-Disposition: form-data; name=photo; filename*=UTF-8''%ff\r\n\r\nx",
        b"--x\r\n" + b"A" * 100_000,
        b"\0" * 5000,
    ],
)
def test_broken_multipart_is_refused(volunteer: Volunteer, program: Program, body: bytes) -> None:
    page = volunteer.to_photos().form_action
    refused(volunteer.browser.post(page, data=body, content_type=MULTIPART), 400, 403, 413, 422)
    refused(program.browser.post(PHOTOS, data=body, content_type=MULTIPART), 400, 413, 415, 422)
    assert volunteer.browser.get(page).status_code == 200
    gc.collect()


def test_long_query_is_bounded(volunteer: Volunteer, program: Program) -> None:
    long = "x" * 65_536
    for path in (f"/w/{PARTNER}", "/p/50-0000-0000", "/console", "/privacy"):
        for name in ("lang", "theme", "q", "state", "next", "cursor", long):
            answer = volunteer.browser.get(path, query_string={name: long})
            assert answer.status_code < 500
            assert answer.status_code != 200 or len(answer.data) < 60_000
    refused(program.browser.get("/api/v1/places", query_string={"q": long}), 422)
    many = "&".join(f"a{n}=1" for n in range(10_000))
    assert volunteer.browser.get(f"/w/{PARTNER}?{many}").status_code == 200
    path = volunteer.to_place().form_action
    answer = volunteer.browser.get(f"{path}?lang=ru&theme={long}")
    assert long not in answer.text


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "PROPFIND", "XYZZY"])
def test_other_method_is_refused(volunteer: Volunteer, program: Program, method: str) -> None:
    for path in (
        f"/w/{PARTNER}",
        f"/w/{PARTNER}/start",
        PROBLEMS,
        PHOTOS,
        "/p/50-0000-0000",
        "/api/v1/pin",
        "/healthz",
    ):
        answer = volunteer.browser.open(path, method=method)
        assert answer.status_code == 405, (path, answer.status_code)
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "secret" not in answer.text


def test_head_and_options_change_nothing(volunteer: Volunteer, floor: Floor) -> None:
    page = volunteer.to_place().form_action
    for path in (page, f"/w/{PARTNER}", f"/w/{PARTNER}/start", PROBLEMS, "/p/x"):
        assert volunteer.browser.head(path).data == b""
        assert volunteer.browser.options(path).status_code in (200, 204, 403, 404)
    assert rows(floor, "problem") == 0


def test_overridden_method_or_path_is_ignored(volunteer: Volunteer, floor: Floor) -> None:
    path = f"/w/{PARTNER}/start"
    for name, value in (
        ("X-HTTP-Method-Override", "POST"),
        ("X-Original-URL", "/console"),
        ("X-Rewrite-URL", "/console"),
        ("X-Forwarded-Host", "evil.test"),
        ("Forwarded", "host=evil.test"),
    ):
        answer = volunteer.browser.get(path, headers={name: value}, query_string={"_method": "POST"})
        assert answer.status_code == 405
        assert "evil.test" not in answer.text + str(answer.headers)


@pytest.mark.parametrize(
    "path",
    [
        "/p/x.css",
        "/p/x/..%2f..%2fconsole",
        "/p/%2e%2e/console",
        "/p/;x",
        "/p/%00",
        "/P/x",
        "/p/x%0d%0aSet-Cookie:a=b",
        "/w/dobro.css",
        "/w/dobro;x",
        "/w/%00",
        "/w/dobro/d/x.css/place",
        "/w/dobro/d/%00/place",
        "/media/x.jpg/full",
        "/media/..%2f..%2fetc/full",
        "/confirm/x/y",
        "/s/x/y",
        "/api/v1/problems/x.css",
        "/api/v1/%00",
        "/console.json",
        "/healthz/x",
        "/assets/..%2f..%2fsetup.cfg",
        "/assets/../setup.cfg",
        "/.git/config",
        "/.env",
    ],
)
def test_confused_path_finds_nothing(volunteer: Volunteer, path: str) -> None:
    answer = volunteer.browser.get(path)
    refused(answer, 400, 403, 404)
    assert "no-store" in answer.headers["Cache-Control"]
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    "path",
    [
        "//evil.test/w/dobro",
        "///evil.test",
        "/w//dobro",
        "//",
        "/\\evil.test",
        "/%2f%2fevil.test",
        "/%5cevil.test",
        "/%2fevil.test/x",
    ],
)
def test_doubled_slash_leads_nowhere_else(volunteer: Volunteer, path: str) -> None:
    answer = volunteer.browser.get(path)
    links = re.findall(r'(?:href|action)="([^"]*)"', answer.text)
    assert not [link for link in links if link.startswith(("//", "/\\", "\\"))], links
    location = answer.headers.get("Location", "/")
    assert answer.status_code in (200, 308, 400, 404)
    assert location.startswith(("https://widget.igrajdanin.test/", "/"))
    assert not location.startswith("//")


@pytest.mark.parametrize(
    "host", ["evil.test", "widget.igrajdanin.test.evil.test", "a b", "", "widget.igrajdanin.test:99999999"]
)
def test_other_host_is_refused(volunteer: Volunteer, host: str) -> None:
    answer = volunteer.browser.get(f"/w/{PARTNER}", headers={"Host": host})
    assert answer.status_code in (200, 400)
    assert "evil.test" not in answer.text


def test_idempotency_key_must_be_one(program: Program, floor: Floor) -> None:
    for key in ("short", "x" * 121):
        refused(program.report(key=key), 422)
    refused(program.browser.post(PROBLEMS, json=right_body()), 422)
    assert rows(floor, "problem") == 0


def test_huge_headers_stay_without_effect(volunteer: Volunteer) -> None:
    for name in (
        "Accept-Language",
        "Accept",
        "User-Agent",
        "Referer",
        "Cookie",
        "Authorization",
        "Range",
        "If-None-Match",
    ):
        value = "x,;=q" * 20_000
        for path in (f"/w/{PARTNER}", "/p/x", "/api/v1/pin?lon=38&lat=55", "/console"):
            assert volunteer.browser.get(path, headers={name: value}).status_code < 500
