"""Sites, keys and the log on the staff's pages, and the operator's commands beside them."""

import sqlalchemy as sa
from click.testing import CliRunner, Result
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from idp.accounts import users
from idp.admin.cli import staff
from idp.audit import Filter, entries
from idp.audit.models import AuditHead
from idp.clients import clients, find_client_record
from idp.kernel.work.floor import Floor
from tests.idp.admin.conftest import AtWork
from tests.idp.cast import Site, Volunteer, form_of


def send(by: AtWork, address: str, **fields: str) -> TestResponse:
    hidden = form_of(by.browser.get("/staff/people")).hidden
    return by.browser.post(address, data={**hidden, **fields})


def run(floor: Floor, group: object, *words: str) -> Result:
    return CliRunner().invoke(group, words, obj=floor)  # type: ignore[arg-type]


def test_c9_5_disabled_site_is_out_at_once(idp: FlaskClient, admin: AtWork, dobro: Site, anna: Volunteer):
    token = dobro.connect(idp, anna)["access_token"]
    bearer = {"Authorization": f"Bearer {token}"}
    assert idp.get("/userinfo", headers=bearer).status_code == 200
    assert send(admin, "/staff/clients/dobro/disable").status_code == 303
    assert idp.get("/userinfo", headers=bearer).status_code == 401
    assert dobro.authorize(idp).status_code == 400
    assert send(admin, "/staff/clients/dobro/disable").status_code == 409
    assert send(admin, "/staff/clients/dobro/enable").status_code == 303
    assert dobro.connect(idp, anna)
    assert idp.get("/userinfo", headers=bearer).status_code == 401


def test_marks_are_set_and_ours_wants_a_second_yes(admin: AtWork, dobro: Site, floor: Floor):
    address = "/staff/clients/dobro/mark"
    assert send(admin, address, mark="is_verified", value="yes").status_code == 303
    assert send(admin, address, mark="is_first_party", value="yes").status_code == 422
    assert send(admin, address, mark="is_first_party", value="yes", sure="yes").status_code == 303
    assert send(admin, address, mark="secret_digest", value="yes").status_code == 404
    with floor.db.reading() as session:
        known = find_client_record(session, "dobro")
        noted = entries(session, Filter(client_id="dobro", action="client.changed"), limit=5)
    assert known
    assert (known.client.is_verified, known.client.is_first_party) == (True, True)
    assert [entry.details for entry in noted] == [{"is_first_party": 1}, {"is_verified": 1}]


def test_sites_are_listed_and_shown(admin: AtWork, dobro: Site, widget_site: Site):
    listed = admin.browser.get("/staff/clients/").text
    assert listed.index("/staff/clients/dobro") < listed.index("/staff/clients/widget")
    assert dobro.redirect_uri in admin.browser.get("/staff/clients/dobro").text
    assert admin.browser.get("/staff/clients/nobody").status_code == 404
    assert admin.browser.get("/staff/clients/?after=nonsense").status_code == 400


def test_keys_are_shown_and_changed(admin: AtWork, floor: Floor):
    assert send(admin, "/staff/keys/rotate").status_code == 303
    shown = admin.browser.get("/staff/keys/").text
    assert shown.count('data-state="waiting"') == shown.count('data-state="fixed"') == 2
    with floor.db.reading() as session:
        assert entries(session, Filter(action="keys.rotated"), limit=1)[0].actor.id == str(admin.person.sub)


def test_log_is_read_by_filters_and_proved(admin: AtWork, anna: Volunteer, idp: FlaskClient, floor: Floor):
    anna.enter(idp)
    shown = admin.browser.get(f"/staff/log/?account={anna.sub}&action=session.").text
    assert shown.count("<tr>") == 2
    assert admin.browser.get("/staff/log/?account=nonsense&since=never&until=9999-12-31").status_code == 200
    assert admin.browser.get("/staff/log/?before=2").text.count("<tr>") == 2
    assert 'class="notice good" id="verdict"' in send(admin, "/staff/log/verify").text
    with floor.db.writing() as session:
        session.execute(sa.update(AuditHead).values(hash="0" * 64))
    assert 'class="notice danger" id="verdict"' in send(admin, "/staff/log/verify").text


def test_overview_counts(admin: AtWork, anna: Volunteer, dobro: Site, idp: FlaskClient):
    anna.enter(idp)
    shown = admin.browser.get("/staff/").text
    assert 'id="accounts">2<' in shown
    assert 'id="clients">1<' in shown
    assert 'id="signed-in">2<' in shown


def test_operator_works_without_the_pages(floor: Floor, idp: FlaskClient, anna: Volunteer, dobro: Site):
    sub = str(anna.sub)
    assert run(floor, users, "find", "anna@").output.split()[:3] == [sub, "open", "L1"]
    assert run(floor, users, "lock", sub, "--reason", "order").exit_code == 0
    assert run(floor, users, "lock", sub, "--reason", "order").exit_code == 1
    assert run(floor, users, "show", sub).output.split()[1] == "locked"
    assert anna.sign_in(idp).status_code == 422
    assert run(floor, users, "unlock", sub).exit_code == 0
    assert anna.sign_in(idp).status_code == 303
    assert "session" in run(floor, users, "show", sub).output
    assert run(floor, users, "end-sessions", sub).exit_code == 0
    assert "session" not in run(floor, users, "show", sub).output
    assert run(floor, users, "set-level", sub, "L2", "--note", "письмо по адресу").exit_code == 0
    assert run(floor, users, "show", sub).output.split()[2] == "L2"
    assert run(floor, users, "show", "01900000-0000-7000-8000-000000000000").exit_code == 1
    assert run(floor, clients, "list").output.split()[:2] == ["dobro", "enabled"]
    assert run(floor, clients, "disable", "dobro").exit_code == 0
    assert run(floor, clients, "show", "dobro").output.split()[1] == "disabled"
    assert run(floor, clients, "enable", "dobro").exit_code == 0
    assert run(floor, clients, "enable", "dobro").exit_code == 1
    assert run(floor, clients, "show", "nobody").exit_code == 1


def test_roles_are_given_by_command(floor: Floor, idp: FlaskClient, anna: Volunteer):
    assert run(floor, staff, "grant", str(anna.sub), "admin").exit_code == 0
    assert run(floor, staff, "list").output.split()[:2] == [str(anna.sub), "admin"]
    assert "last-admin" in run(floor, staff, "withdraw", str(anna.sub)).output
    assert run(floor, staff, "grant", "01900000-0000-7000-8000-000000000000", "admin").exit_code == 1
    with floor.db.reading() as session:
        assert entries(session, Filter(action="staff.granted"), limit=1)[0].actor.kind == "operator"
