"""Texts that attack: too long, odd characters, scripts, templates, headers; in every field, at both doors."""

import re
from collections.abc import Callable
from typing import Any

import pytest

from idp.kernel.ground import clock
from idp.kernel.outside.mail import Mail, compose
from idp.kernel.work.floor import Floor
from tests.security.stage import (
    Program,
    alive_in,
    everything_stored,
    jpeg,
    lamp_at_check,
    link_in,
    multipart,
    refused,
    right_body,
    rows,
)
from tests.widget_server.cast import CONSENTS, PARTNER, Volunteer
from widget_server.identity import Role, SignedIn, grant_role
from widget_server.identity.service import open_session

SCRIPT = "<xss-tag onload=alert(1)>"
BREAK_OUT = '"\' xss-attribute=1 autofocus onfocus=alert(1) x="'
PAYLOADS = (
    SCRIPT,
    BREAK_OUT,
    "</textarea></title><xss-tag>",
    "<svg><script>xss</script></svg><img src=x onerror=alert(1)>",
    '[x](javascript:alert(1)) <a href="javascript:alert(1)">x</a>',
    "&lt;xss-tag&gt; &#60;xss-tag&#62;",
    "{{1337*7331}} {% raise %} ${1337*7331} #{1337*7331} %(number)s %s",
)
HOSTILE = " ".join(PAYLOADS)


def _is_inert(text: str) -> bool:
    assert alive_in(text) == []
    assert "9801547" not in text
    return True


def test_script_in_every_field_stays_text_on_every_page(
    volunteer: Volunteer, drain: Callable[[], int], outgoing: list[Mail], floor: Floor
) -> None:
    volunteer.open()
    pages = [volunteer.answer(coordinates="55.1030, 38.7590", address=HOSTILE[:300]).text]
    pages.append(volunteer.answer("search", q=HOSTILE).text)
    pages.append(volunteer.answer(category="lighting.street").text)
    pages.append(
        volunteer.answer(description=HOSTILE, lamps="many " + SCRIPT, **{"answer-lamps": SCRIPT}).text
    )
    assert volunteer.page.status_code == 422
    pages.append(volunteer.answer(description=HOSTILE, **{"answer-pole_number": HOSTILE[:200]}).text)
    pages.append(volunteer.answer().text)
    pages.append(volunteer.answer(email=BREAK_OUT, name=HOSTILE[:200], **CONSENTS).text)
    assert volunteer.page.status_code == 422
    name = (SCRIPT + BREAK_OUT + "{{1337*7331}}")[:200]
    pages.append(
        volunteer.answer(
            email="vera@example.org", name=name, **CONSENTS, **{"consent-publish-name": "yes"}
        ).text
    )
    assert volunteer.step == "check"
    pages.append(volunteer.answer("send").text)
    drain()
    browser = volunteer.browser
    browser.post(link_in(outgoing[0], "/confirm"))
    drain()
    door = link_in(next(m for m in outgoing if "/s/" in m.text), "/s")
    pages += [browser.get(door).text, browser.post(door, data={"action": SCRIPT, "text": HOSTILE}).text]
    assert browser.post(door, data={"action": "answer", "text": HOSTILE}).status_code == 303
    drain()
    pages.append(browser.get(link_in(outgoing[0], "/confirm")).text)
    number = re.search(r'data-number="([^"]+)"', pages[8])
    assert number
    pages += [browser.get(f"/p/{number[1]}").text, browser.get(door).text]
    pages += _nearby_pages(volunteer, floor) + _console_pages(volunteer, floor, number[1])
    assert all(_is_inert(page) for page in pages)
    assert sum("&lt;xss-tag" in page for page in pages) >= 10, "the words are shown, as words"
    for mail in outgoing:
        assert mail.html is None
        assert "9801547" not in mail.text
        assert "\n" not in mail.subject


def _nearby_pages(volunteer: Volunteer, floor: Floor) -> list[str]:
    other = Volunteer(volunteer.browser).to_place()
    pages = [other.answer(category="lighting.street").text]
    assert "&lt;xss-tag" in pages[0], "the report nearby is shown"
    return pages


def _console_pages(volunteer: Volunteer, floor: Floor, number: str) -> list[str]:
    now = clock.now()
    with floor.db.writing() as session:
        staff = SignedIn("p-staff", HOSTILE[:100], "L1")
        secret = open_session(session, staff, id_token=b"sealed", replaced=None, now=now)
        grant_role(session, "p-staff", Role.PLATFORM, authority=None, granted_by="tests", now=now)
    volunteer.browser.set_cookie("__Host-window", secret, domain="widget.igrajdanin.test", secure=True)
    answers = [volunteer.browser.get(path) for path in ("/console", f"/console/{number}", "/my")]
    answers.append(volunteer.browser.get("/console", query_string={"state": SCRIPT, "category": BREAK_OUT}))
    assert all(answer.status_code < 500 for answer in answers)
    return [answer.text for answer in answers]


@pytest.mark.parametrize("name", ["lang", "theme", "q", "confirmed", "done"])
def test_script_in_address_is_not_reflected(volunteer: Volunteer, name: str) -> None:
    volunteer.to_place()
    for path in (
        f"/w/{PARTNER}",
        volunteer.form_action,
        "/p/XX-0000-0000",
        "/privacy",
        f"/{SCRIPT}",
        "/w/" + SCRIPT,
    ):
        answer = volunteer.browser.get(path, query_string={name: SCRIPT + BREAK_OUT})
        assert answer.status_code < 500
        assert _is_inert(answer.text)


def test_partner_name_with_script_is_text(volunteer: Volunteer, floor: Floor) -> None:
    from widget_server.partners import PartnerDraft, save_partner

    with floor.db.writing() as session:
        draft = PartnerDraft("evil", SCRIPT, BREAK_OUT, ["https://evil.test"], lon=38.759, lat=55.103)
        save_partner(session, draft, now=clock.now())
    volunteer.open("/w/evil", referer="https://evil.test/")
    assert _is_inert(volunteer.text)


def test_long_name_is_refused_and_kept_in_the_form(
    volunteer: Volunteer, program: Program, floor: Floor
) -> None:
    volunteer.to_place().answer(category="lighting.street")
    volunteer.answer(description="Не горит")
    volunteer.answer()
    volunteer.answer(email="vera@example.org", name="я" * 300, **CONSENTS)
    assert (volunteer.page.status_code, volunteer.faults) == (422, ["name"])
    assert "на 100" in volunteer.text
    assert "я" * 300 in volunteer.text
    assert '"name"' in refused(program.report(name="я" * 300), 422)
    assert rows(floor, "problem") == 0


@pytest.mark.parametrize(
    "name",
    ["Вера 🦊👩‍👩‍👧", "O'Brien\"; DROP TABLE problem;--", "=1+1", "@SUM(A1)", "Ве́ра Ё", "李小龙", "%s%n"],
)
def test_unusual_name_arrives_as_it_was_typed(
    volunteer: Volunteer,
    drain: Callable[[], int],
    outgoing: list[Mail],
    program: Program,
    floor: Floor,
    name: str,
) -> None:
    assert program.report(name=name, description=name).status_code == 201
    lamp_at_check(volunteer, name=name).answer("send")
    assert volunteer.page.status_code == 200
    drain()
    assert len(outgoing) == 2
    assert bytes(compose(outgoing[0], sender="x@example.org", at=clock.now()))
    assert everything_stored(floor).count(repr(name)) >= 2


def test_control_characters_are_taken_out(volunteer: Volunteer, program: Program, floor: Floor) -> None:
    hostile = "Ве\0ра\x1b[31m\u202eexe"
    volunteer.to_place()
    volunteer.answer(category="lighting.street\0")
    volunteer.answer(
        description=hostile, **{"answer-pole_number": hostile, "answer-\0": "x", "answer-x\0": "y"}
    )
    volunteer.answer()
    volunteer.answer(email="vera@example.org", name=hostile, **CONSENTS, **{"consent-\0": "yes"})
    assert volunteer.step == "check"
    volunteer.answer("send")
    assert volunteer.page.status_code == 200
    assert (
        program.report(
            name=hostile, description=hostile, answers={"pole_number": hostile, "\0": "\0"}
        ).status_code
        == 201
    )
    stored = everything_stored(floor)
    assert "\\x00" not in stored
    assert "\\u0000" not in stored
    assert "\\u202e" not in stored
    assert "Вера[31mexe" in stored


@pytest.mark.parametrize("name", ["email", "category", "service", "partner", "address", "lang"])
def test_control_characters_in_codes_never_break(program: Program, name: str) -> None:
    assert program.report(**{name: "a\0b"}).status_code in (201, 400, 422)


def test_line_breaks_never_reach_a_header(
    volunteer: Volunteer, program: Program, drain: Callable[[], int], outgoing: list[Mail]
) -> None:
    name = "Вера\r\nBcc: all@example.org\r\n\r\nhello"
    lamp_at_check(volunteer, name=name).answer("send")
    assert program.report(name=name, address=name).status_code == 201
    refused(program.report(email="vera@example.org\r\nBcc: all@example.org"), 422)
    drain()
    for mail in outgoing:
        letter = compose(mail, sender="x@example.org", at=clock.now())
        assert letter["Bcc"] is None
        assert mail.to == "vera@example.org"


@pytest.mark.parametrize(
    "email",
    [
        "",
        "a",
        "a@",
        "@b.c",
        "a@b",
        "a b@c.de",
        "a@b..c",
        "<a@b.cd>",
        "a@b.cd,e@f.gh",
        "a@" + "b" * 300 + ".cd",
        "x" * 100_000,
        "\0@b.cd",
        "a@[127.0.0.1]",
        '"a b"@c.de',
        "a@xn--a.de",
        "🦊@🦊.🦊" * 9,
    ],
)
def test_wrong_address_is_told_and_kept(program: Program, email: str) -> None:
    refused(program.report(email=email), 422)


def test_domain_in_cyrillic_is_taken(
    program: Program, drain: Callable[[], int], outgoing: list[Mail]
) -> None:
    refused(program.report(email="вера@пример.рф"), 422)
    assert program.report(email="vera@пример.рф").status_code == 201
    drain()
    assert outgoing[0].to == "vera@xn--e1afmkfd.xn--p1ai"
    assert bytes(compose(outgoing[0], sender="x@example.org", at=clock.now()))


def test_megabyte_of_text_is_refused_and_draft_stays(volunteer: Volunteer, program: Program) -> None:
    volunteer.to_place().answer(category="lighting.street")
    page = volunteer.form_action
    token = volunteer.token
    long = {"form_token": token, "action": "next", "description": "я" * 1_000_000}
    for data in (long, multipart(long)):
        kind = {"content_type": "multipart/form-data; boundary=x"} if isinstance(data, bytes) else {}
        answer = volunteer.browser.post(page, data=data, **kind)
        assert "слишком" in refused(answer, 413, 422).lower()
        assert "frame-ancestors https://dobro.test" in answer.headers["Content-Security-Policy"]
    assert volunteer.browser.get(page).status_code == 200
    refused(program.report(description="я" * 500_000), 413)
    refused(program.report(address="я" * 500, name="x" * 500_000), 422)
    refused(program.report(answers={"pole_number": "я" * 50_000}), 422)


def test_too_long_text_comes_back_in_the_form(volunteer: Volunteer) -> None:
    volunteer.to_place().answer(category="lighting.street")
    volunteer.answer(description="я" * 5000)
    assert (volunteer.page.status_code, volunteer.faults) == (422, ["description"])
    assert "на 1000 " in volunteer.text
    assert "я" * 5000 in volunteer.text


def test_too_long_answer_of_a_service_comes_back(
    program: Program, drain: Callable[[], int], outgoing: list[Mail]
) -> None:
    program.report()
    drain()
    program.browser.post(link_in(outgoing[0], "/confirm"))
    drain()
    door = link_in(next(m for m in outgoing if "/s/" in m.text), "/s")
    answer = program.browser.post(door, data={"action": "answer", "text": "я" * 5000})
    assert "я" * 5000 in refused(answer, 422)
    refused(program.browser.post(door, data={"action": "answer", "text": " \0 "}), 422)
    refused(program.browser.post(door, data={"action": "answer", "text": "я" * 1_000_000}), 413)


def test_error_in_english_for_an_english_draft(volunteer: Volunteer) -> None:
    volunteer.open(f"/w/{PARTNER}?lang=en")
    volunteer.answer(coordinates="55.1030, 38.7590")
    bare = volunteer.form_action.split("?")[0]
    answer = volunteer.browser.post(bare, data={"form_token": "x", "category": "x"})
    assert "This form is not ours" in refused(answer, 403)


def test_json_report_holds_only_known_fields(program: Program, floor: Floor) -> None:
    """Mass assignment (spec C9.2): what a report may not say is refused by name."""
    for name in (
        "role",
        "is_admin",
        "sub",
        "level",
        "state",
        "id",
        "created_at",
        "isPublic",
        "service_code",
        "number",
    ):
        assert name in refused(program.report(**{name: "1"}), 422)
    assert rows(floor, "problem") == 0


def test_form_cannot_set_what_it_does_not_ask(volunteer: Volunteer, floor: Floor) -> None:
    fields: dict[str, Any] = {
        "sub": "p-staff",
        "level": "3",
        "state": "fixed",
        "is_public": "0",
        "number": "1",
    }
    lamp_at_check(volunteer, **fields).answer("send", **fields)
    with floor.db.reading() as session:
        tables = floor.db.metadata.tables
        problem = session.execute(tables["problem"].select()).one()
        reporter = session.execute(tables["reporter"].select()).one()
    assert (problem.level, problem.state, reporter.sub) == (0, "awaiting-confirmation", "")


def test_right_body_is_right(program: Program) -> None:
    """The control: what the attacks change is accepted when nothing is changed."""
    assert program.report().status_code == 201
    assert program.photo(jpeg()).status_code == 201
    assert set(right_body()) > {"partner", "category"}
