"""Staff look after people: find, look, sign out, lock, unlock, prove a level, send a message."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from idp.accounts import find_record
from idp.audit import Filter, activity_of, entries
from idp.kernel.ground import clock
from idp.kernel.work.floor import Floor
from idp.sessions import is_session_live, start_session
from tests.idp.admin.conftest import AtWork, Hire
from tests.idp.cast import Site, Volunteer, form_of, submit


def send(by: AtWork, address: str, /, **fields: str) -> TestResponse:
    """Send a form of the staff's pages."""
    hidden = form_of(by.browser.get("/staff/people")).hidden
    return by.browser.post(address, data={**hidden, **fields})


def act(by: AtWork, whom: UUID | str, what: str, /, **fields: str) -> TestResponse:
    """Send one of the forms of a person's page."""
    return send(by, f"/staff/people/{whom}/{what}", **fields)


def state(floor: Floor, sub: UUID) -> str:
    with floor.db.reading() as session:
        found = find_record(session, sub)
    assert found
    return "locked" if found.locked_at else "open"


def userinfo(browser: FlaskClient, token: str) -> int:
    return browser.get("/userinfo", headers={"Authorization": f"Bearer {token}"}).status_code


def test_person_is_found_by_what_they_say(support: AtWork, anna: Volunteer):
    for who in ("anna@example.ru", "ANNA@example.RU", "+7 4966 10-00-00", str(anna.sub), "anna@ex"):
        assert str(anna.sub) in send(support, "/staff/people", who=who).text, who
    for who in ("an", "", "%nna", "_nna@example.ru", "boris@example.ru", str(uuid4())):
        assert str(anna.sub) not in send(support, "/staff/people", who=who).text, who


def test_support_sees_a_person_masked(support: AtWork, admin: AtWork, anna: Volunteer):
    seen = support.browser.get(f"/staff/people/{anna.sub}").text
    assert "a•••@example.ru" in seen
    assert "А••• О•••" in seen
    assert not any(hidden in seen for hidden in ("anna@example.ru", "Анна", "Орлова", "4966100000"))
    assert "anna@example.ru" in admin.browser.get(f"/staff/people/{anna.sub}").text


def test_looking_is_noted_and_the_person_may_know(support: AtWork, anna: Volunteer, floor: Floor):
    send(support, "/staff/people", who="anna@example.ru")
    support.browser.get(f"/staff/people/{anna.sub}")
    with floor.db.reading() as session:
        assert activity_of(session, anna.sub, limit=1)[0].action == "staff.looked_at"
        mine = entries(session, Filter(actor_id=str(support.person.sub), action="staff."), limit=5)
    assert [entry.action for entry in mine] == ["staff.looked_at", "staff.looked_up"]
    assert "anna" not in str([entry.details for entry in mine])


def test_c9_5_locked_person_is_out_at_once(
    idp: FlaskClient, support: AtWork, anna: Volunteer, widget_site: Site, floor: Floor
):
    """Sessions, codes on their way and tokens die in one transaction."""
    token = widget_site.connect(idp, anna)["access_token"]
    code = widget_site.code(idp)
    assert userinfo(idp, token) == 200
    assert act(support, anna.sub, "lock", reason="takeover").status_code == 303
    assert userinfo(idp, token) == 401
    assert widget_site.redeem(idp, code).get_json()["error"] == "invalid_grant"
    assert idp.get("/account").status_code == 303
    assert anna.sign_in(idp).status_code == 422
    assert "signin-form" in widget_site.authorize(idp).text
    assert state(floor, anna.sub) == "locked"
    with floor.db.reading() as session:
        told = activity_of(session, anna.sub, limit=9)
    lock = next(entry for entry in told if entry.action == "account.locked")
    assert (lock.by, lock.details) == ("staff", {"reason": "takeover"})


def test_only_an_admin_unlocks(
    support: AtWork, admin: AtWork, anna: Volunteer, idp: FlaskClient, floor: Floor
):
    act(support, anna.sub, "lock", reason="abuse")
    assert act(support, anna.sub, "unlock").status_code == 403
    assert state(floor, anna.sub) == "locked"
    assert act(admin, anna.sub, "unlock").status_code == 303
    assert anna.sign_in(idp).status_code == 303
    assert act(admin, anna.sub, "unlock").status_code == 409


def test_c9_5_what_was_half_way_at_the_lock_stays_dead(
    idp: FlaskClient,
    admin: AtWork,
    anna: Volunteer,
    floor: Floor,
    drain: Callable[[], int],
    outgoing: list[Any],
):
    """Neither a link that was on its way opens a locked account, nor a sign-in that ended after the lock."""
    submit(idp, "/reset", login=anna.email)
    drain()
    link = next(word for word in outgoing[0].text.split() if "/reset/" in word)
    act(admin, anna.sub, "lock", reason="takeover")
    assert idp.get(urlsplit(link).path).status_code == 410
    with floor.db.writing() as session:
        made = start_session(session, anna.sub, browser="x", life=timedelta(days=1), now=clock.now())
    act(admin, anna.sub, "unlock")
    with floor.db.reading() as session:
        assert not is_session_live(session, made.id, now=clock.now())


def test_lock_wants_a_reason(support: AtWork, anna: Volunteer, floor: Floor):
    page = act(support, anna.sub, "lock", reason="because")
    assert (page.status_code, "reason-error" in page.text) == (422, True)
    assert state(floor, anna.sub) == "open"


def test_person_is_signed_out_everywhere(
    idp: FlaskClient, support: AtWork, anna: Volunteer, widget_site: Site
):
    token = widget_site.connect(idp, anna)["access_token"]
    assert act(support, anna.sub, "end-sessions").status_code == 303
    assert userinfo(idp, token) == 401
    assert idp.get("/account").status_code == 303
    assert anna.sign_in(idp).status_code == 303


def test_level_is_proved_in_person(admin: AtWork, support: AtWork, anna: Volunteer, floor: Floor):
    proof = {"level": "L3", "note": "паспорт, у стойки в Коломне", "seen": "yes"}
    for wrong in ({"level": "L9"}, {"note": "x"}, {"seen": ""}):
        assert act(admin, anna.sub, "level", **{**proof, **wrong}).status_code == 422
    assert act(support, anna.sub, "level", **proof).status_code == 403
    assert act(admin, anna.sub, "level", **proof).status_code == 303
    with floor.db.reading() as session:
        person = find_record(session, anna.sub)
        noted = entries(session, Filter(account_id=anna.sub, action="account.level_set"), limit=1)[0]
    assert person
    assert (person.level, person.proof_note) == ("L3", "паспорт, у стойки в Коломне")
    assert (noted.details, noted.actor.id) == ({"level": "L3"}, str(admin.person.sub))


def test_recovery_goes_to_the_persons_own_address(
    admin: AtWork, anna: Volunteer, outgoing: list[Any], drain: Callable[[], int]
):
    assert act(admin, anna.sub, "recovery", email="mallory@evil.test").status_code == 303
    drain()
    assert [mail.to for mail in outgoing] == ["anna@example.ru"]


def test_c9_2_nothing_but_the_named_fields_is_read(
    admin: AtWork, support: AtWork, anna: Volunteer, floor: Floor
):
    extra = {
        "role": "admin", "is_admin": "1", "isAdmin": "true", "sub": str(uuid4()), "id": str(uuid4()),
        "account_id": str(admin.person.sub), "email_verified": "1", "level": "L3", "disabled_at": "",
    }  # fmt: skip
    with floor.db.reading() as session:
        before = find_record(session, anna.sub)
    act(support, anna.sub, "end-sessions", **extra)
    send(support, "/staff/people", who="anna@example.ru", **extra)
    with floor.db.reading() as session:
        assert find_record(session, anna.sub) == before
    assert state(floor, admin.person.sub) == "open"


def test_c9_1_unknown_people_are_not_there(admin: AtWork):
    for sub in (str(uuid4()), "1", "anna@example.ru", "%00"):
        assert admin.browser.get(f"/staff/people/{sub}").status_code == 404
    assert act(admin, uuid4(), "lock", reason="abuse").status_code in (404, 409)
    assert act(admin, uuid4(), "recovery").status_code == 404


def test_support_leaves_colleagues_alone(support: AtWork, admin: AtWork, hire: Hire, floor: Floor):
    other = hire("other", "support")
    for colleague in (admin, other, support):
        assert act(support, colleague.person.sub, "lock", reason="abuse").status_code == 403
        assert act(support, colleague.person.sub, "end-sessions").status_code == 403
        assert state(floor, colleague.person.sub) == "open"
    assert act(admin, admin.person.sub, "lock", reason="abuse").status_code == 403
    assert act(admin, other.person.sub, "lock", reason="abuse").status_code == 303


def test_act_wants_a_recent_sign_in(
    support: AtWork, anna: Volunteer, floor: Floor, frozen: clock.FrozenClock, hire: Hire
):
    there = hire("late", "support")
    frozen.tick(seconds=timedelta(minutes=16).total_seconds())
    assert there.browser.get(f"/staff/people/{anna.sub}").status_code == 200
    page = act(there, anna.sub, "lock", reason="abuse")
    assert (page.status_code, "wants-recent" in page.text) == (403, True)
    assert state(floor, anna.sub) == "open"
