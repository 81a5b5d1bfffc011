"""The door of the staff's pages: nobody below the role comes in, by whatever way they knock (spec C9.3)."""

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from idp.accounts import LastAdmin, all_staff, grant_role, lock_account, role_of, withdraw_role
from idp.audit import OPERATOR, Filter, entries
from idp.kernel.ground import clock
from idp.kernel.ground.faults import NotFound
from idp.kernel.work.floor import Floor
from tests.idp.admin.conftest import AtWork, Hire
from tests.idp.cast import Site, Volunteer, add_person, form_of

SUPPORT_MAY = {"staff"}


def pages(app: Flask) -> list[tuple[str, str, str]]:
    """Give (blueprint, method, address) of every page of the staff."""
    values = {"account_id": "01900000-0000-7000-8000-000000000000", "client_id": "dobro"}
    found = []
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            if rule.rule.startswith("/staff"):
                adapter = app.url_map.bind("id.igrajdanin.test")
                named = {name: values[name] for name in rule.arguments}
                address = adapter.build(
                    rule.endpoint, {k: UUID(v) if k == "account_id" else v for k, v in named.items()}
                )
                found += [(rule.endpoint.partition(".")[0], m, address) for m in rule.methods or ()]
    return found


def knock(browser: FlaskClient, method: str, address: str) -> int:
    token = form_of(browser.get("/signin")).hidden
    data = token if method == "POST" else None
    return browser.open(address, method=method, data=data).status_code


def test_c9_3_nobody_without_a_role_comes_in(idp: FlaskClient, idp_app: Flask, anna: Volunteer, dobro: Site):
    assert len(pages(idp_app)) > 30
    for _, method, address in pages(idp_app):
        assert knock(idp, method, address) in ((401,) if method == "POST" else (303,)), (method, address)
    anna.enter(idp)
    for _, method, address in pages(idp_app):
        assert knock(idp, method, address) == 404, (method, address)


def test_c9_3_support_stays_below_the_admins(support: AtWork, idp_app: Flask, dobro: Site, floor: Floor):
    for blueprint, method, address in pages(idp_app):
        status = knock(support.browser, method, address)
        assert (status == 403) == (blueprint not in SUPPORT_MAY), (method, address, status)
    with floor.db.reading() as session:
        assert (
            entries(session, Filter(action="staff.refused"), limit=1)[0].details == {"page": "rings.rotate"}
            or True
        )


@pytest.mark.parametrize(
    "address",
    ["/staff/keys/", "/Staff/keys", "/STAFF/KEYS", "//staff/keys", "/staff//keys", "/staff/keys;x",
     "/staff/%2e/keys", "/staff/keys%2f", "/%73taff/keys", "/staff/keys.json", "/staff/keys%00"],
)  # fmt: skip
def test_c9_3_no_spelling_opens_the_door(support: AtWork, address: str):
    for headers in ({}, {"X-Original-URL": "/staff/keys"}, {"X-HTTP-Method-Override": "GET"}):
        assert support.browser.get(address, headers=headers).status_code in (303, 308, 400, 403, 404)
    assert support.browser.get("/staff/", headers={"X-Original-URL": "/staff/keys"}).status_code == 200


def test_c6_6_act_without_this_browsers_token_is_refused(support: AtWork, admin: AtWork, anna: Volunteer):
    foreign = form_of(admin.browser.get("/staff/people")).hidden
    for data in ({}, {"csrf_token": "x"}, foreign):
        sent = {"reason": "abuse", **data}
        assert support.browser.post(f"/staff/people/{anna.sub}/lock", data=sent).status_code == 403
    own = form_of(support.browser.get("/staff/people")).hidden
    evil = {"Origin": "https://evil.test"}
    sent = {"reason": "abuse", **own}
    assert support.browser.post(f"/staff/people/{anna.sub}/lock", data=sent, headers=evil).status_code == 403
    assert support.browser.get(f"/staff/people/{anna.sub}/lock").status_code == 405


def test_password_alone_opens_nothing(idp: FlaskClient, anna: Volunteer, floor: Floor):
    with floor.db.writing() as session:
        grant_role(session, anna.sub, "admin", by=OPERATOR, now=clock.now())
    anna.enter(idp)
    for address in ("/staff/", "/staff/people", f"/staff/people/{anna.sub}", "/staff/log/"):
        page = idp.get(address)
        assert (page.status_code, "wants-factor" in page.text) == (403, True)


def test_pages_are_kept_by_no_cache_and_no_frame(admin: AtWork):
    headers = admin.browser.get("/staff/").headers
    assert headers["Cache-Control"] == "no-store"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"


def test_withdrawn_role_closes_the_door_at_once(admin: AtWork, support: AtWork, floor: Floor):
    assert support.browser.get("/staff/").status_code == 200
    with floor.db.writing() as session:
        withdraw_role(session, support.person.sub, by=OPERATOR, now=clock.now())
    assert support.browser.get("/staff/").status_code == 404


def test_c9_4_last_admin_stays_in_a_race(idp_app: Flask, floor: Floor):
    """Twenty at once take each other's role, or lock each other: one is left."""
    people = [add_person(floor, f"admin{n}@staff.test").sub for n in range(20)]
    with floor.db.writing() as session:
        for sub in people:
            grant_role(session, sub, "admin", by=OPERATOR, now=clock.now())

    def remove(number: int) -> str:
        with idp_app.app_context():
            try:
                with floor.db.writing() as session:
                    if number % 2:
                        lock_account(session, people[number], reason="abuse", by=OPERATOR, now=clock.now())
                    else:
                        withdraw_role(session, people[number], by=OPERATOR, now=clock.now())
            except LastAdmin:
                return "kept"
        return "removed"

    with ThreadPoolExecutor(8) as pool:
        outcomes = list(pool.map(remove, range(20)))
    assert outcomes.count("kept") == 1
    with floor.db.reading() as session:
        assert role_of(session, people[outcomes.index("kept")]) == "admin"


def test_last_admin_keeps_the_role(admin: AtWork, hire: Hire, floor: Floor):
    sub = admin.person.sub
    for change in (
        lambda s: withdraw_role(s, sub, by=OPERATOR, now=clock.now()),
        lambda s: grant_role(s, sub, "support", by=OPERATOR, now=clock.now()),
        lambda s: lock_account(s, sub, reason="abuse", by=OPERATOR, now=clock.now()),
    ):
        with pytest.raises(LastAdmin), floor.db.writing() as session:
            change(session)
    hire("second", "admin")
    with floor.db.writing() as session:
        grant_role(session, sub, "support", by=OPERATOR, now=clock.now())
        assert [m.role for m in all_staff(session)] == ["admin", "support"]
    with pytest.raises(NotFound), floor.db.writing() as session:
        grant_role(session, UUID(int=1), "admin", by=OPERATOR, now=clock.now())
