"""All of a person's data in their own hands, and the end of it: grace, act, tombstone, nothing left."""

import io
import json
import re
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from idp.accounts.deletion import erase
from idp.accounts.models import DestructionAct
from idp.accounts.service import SubjectDestroyed
from idp.kernel.ground.clock import FrozenClock
from idp.kernel.work.floor import Floor
from tests.idp.cast import Site, Volunteer, add_person, form_of, new_browser, submit
from tests.idp.secured import add_app

Drain = Callable[[], int]


def _post(browser: FlaskClient, path: str, **fields: str) -> TestResponse:
    return browser.post(path, data={**form_of(browser.get("/account/data")).hidden, **fields})


def _leave(browser: FlaskClient, person: Volunteer) -> TestResponse:
    return _post(browser, "/account/data/delete", old_password=person.password, understood="yes")


def _mentions(floor: Floor, needle: str) -> set[str]:
    """Give the tables in which a text stands anywhere."""
    found = set()
    with floor.db.reading() as session:
        for table in floor.db.metadata.sorted_tables:
            rows = str([dict(row) for row in session.execute(sa.select(table)).mappings()])
            if needle in rows:
                found.add(table.name)
    return found


def test_archive_holds_everything(idp: FlaskClient, dobro: Site, anna: Volunteer) -> None:
    dobro.connect(idp, anna)
    answer = _post(idp, "/account/data/export", old_password=anna.password)
    assert (answer.status_code, answer.mimetype) == (200, "application/zip")
    assert answer.headers["Cache-Control"] == "no-store"
    package = zipfile.ZipFile(io.BytesIO(answer.data))
    names = ["README.html", "activity.json", "profile.json", "security.json", "sessions.json", "sites.json"]
    assert sorted(package.namelist()) == names
    profile = json.loads(package.read("profile.json"))
    assert (profile["sub"], profile["email"], profile["nickname"]) == (str(anna.sub), anna.email, "Аня")
    assert json.loads(package.read("sites.json"))[0]["name"] == "Добровольцы"
    assert len(json.loads(package.read("sessions.json"))) == 1
    assert "Анна Орлова" in package.read("README.html").decode()
    assert "argon2" not in str([package.read(name) for name in names])


def test_archive_names_factors_and_no_secret_of_theirs(idp: FlaskClient, anna: Volunteer) -> None:
    anna.enter(idp)
    app, codes = add_app(idp)
    answer = _post(idp, "/account/data/export", old_password=anna.password)
    package = zipfile.ZipFile(io.BytesIO(answer.data))
    told = json.loads(package.read("security.json"))
    assert (told["passkeys"], told["remembered_devices"], "created_at" in told["app"]) == ([], [], True)
    everything = str([package.read(name) for name in package.namelist()])
    assert app.secret not in everything
    assert codes[0] not in everything


def test_c8_1_readable_page_of_the_archive_is_inert(idp: FlaskClient, anna: Volunteer) -> None:
    anna.enter(idp)
    submit(idp, "/account", name="<script>alert(1)</script>", locale="ru")
    answer = _post(idp, "/account/data/export", old_password=anna.password)
    page = zipfile.ZipFile(io.BytesIO(answer.data)).read("README.html").decode()
    assert "<script>" not in page


def test_c8_10_archive_needs_session_and_password(idp: FlaskClient, anna: Volunteer) -> None:
    hidden = form_of(idp.get("/signin")).hidden
    assert idp.post("/account/data/export", data=hidden).status_code == 401
    anna.enter(idp)
    assert _post(idp, "/account/data/export", old_password="wrong").status_code == 422
    assert idp.get("/account/data/export").status_code == 405


def test_leaving_signs_out_everywhere(idp: FlaskClient, other_browser: FlaskClient, anna: Volunteer) -> None:
    anna.enter(idp)
    anna.enter(other_browser)
    assert _post(idp, "/account/data/delete", old_password=anna.password).status_code == 422
    assert _leave(idp, anna).headers["Location"] == "/leaving"
    assert [b.get("/account").status_code for b in (idp, other_browser)] == [303, 303]
    assert "14" in idp.get("/leaving").text


def test_signing_in_calls_it_off(
    idp: FlaskClient, anna: Volunteer, drain: Drain, outgoing: list[Any], frozen: FrozenClock
) -> None:
    anna.enter(idp)
    _leave(idp, anna)
    drain()
    assert len(outgoing) == 1
    frozen.tick(days=12)
    assert anna.sign_in(idp).status_code == 303
    frozen.tick(days=3)
    drain()
    assert len(outgoing) == 1
    assert anna.sign_in(new_browser(idp)).status_code == 303


def test_reminder_comes_a_day_before(
    idp: FlaskClient, anna: Volunteer, drain: Drain, outgoing: list[Any], frozen: FrozenClock
) -> None:
    anna.enter(idp)
    _leave(idp, anna)
    drain()
    frozen.tick(days=12, seconds=23 * 3600)
    drain()
    assert len(outgoing) == 1
    frozen.tick(seconds=3600)
    drain()
    assert len(outgoing) == 2
    assert "24 июня" in outgoing[1].text


def test_nothing_of_the_person_is_left(
    idp: FlaskClient, floor: Floor, dobro: Site, anna: Volunteer, drain: Drain, frozen: FrozenClock
) -> None:
    boris = add_person(floor, "boris@example.ru", name="Борис Иной", claims={})
    dobro.connect(idp, anna)
    submit(new_browser(idp), "/reset", login=anna.email)
    _leave(idp, anna)
    frozen.tick(days=14)
    drain()
    drain()
    for trace in (anna.email, "Орлова", "Лажечникова"):
        assert _mentions(floor, trace) == set()
    # The log keeps the number of the account as a pseudonym; it names nobody.
    assert _mentions(floor, str(anna.sub)) <= {"audit_entry"}
    assert _mentions(floor, anna.sub.hex) <= set()
    assert "account" in _mentions(floor, boris.email)
    assert boris.sign_in(idp).status_code == 303


def test_last_letter_has_the_act(
    idp: FlaskClient, anna: Volunteer, drain: Drain, outgoing: list[Any], frozen: FrozenClock
) -> None:
    anna.enter(idp)
    _leave(idp, anna)
    frozen.tick(days=14)
    drain()
    letter = outgoing[-1]
    assert letter.to == anna.email
    assert str(anna.sub) in letter.text
    link = re.search(r"https://id\.igrajdanin\.test(/destruction/1/\S+)", letter.text)
    assert link
    act = idp.get(link[1])
    for particular in ("№ 1", "Оператор", "Категории данных", "Способ уничтожения", "24 июня", "№ 179"):
        assert particular in act.text
    assert anna.email not in act.text
    assert str(anna.sub) not in act.text
    assert idp.get(link[1][:-1] + "0x").status_code == 404
    assert idp.get("/destruction/99999999999999999999/x").status_code == 404


def test_sub_is_never_given_again(
    idp: FlaskClient, floor: Floor, anna: Volunteer, drain: Drain, frozen: FrozenClock
) -> None:
    anna.enter(idp)
    _leave(idp, anna)
    frozen.tick(days=14)
    drain()
    with pytest.raises(SubjectDestroyed):
        add_person(floor, sub=anna.sub)
    assert add_person(floor).sub != anna.sub


def test_mail_that_fails_keeps_nobody(
    idp: FlaskClient, floor: Floor, anna: Volunteer, drain: Drain, frozen: FrozenClock, monkeypatch: Any
) -> None:
    anna.enter(idp)
    _leave(idp, anna)
    drain()

    def fail(_letter: object) -> None:
        raise OSError("no mail today")

    monkeypatch.setattr(floor.mailer, "send", fail)
    for _ in range(20):
        frozen.tick(days=14)
        drain()
    assert _mentions(floor, anna.email) == set()
    with floor.db.reading() as session:
        waiting = session.execute(sa.select(floor.outbox.table.c.kind)).scalars().all()
        assert session.execute(sa.select(DestructionAct.number)).scalar_one() == 1
    assert "accounts.farewell" not in waiting


def _hangs_on_account(table: sa.Table) -> bool:
    """Say whether a table's rows belong to a person, at whatever remove."""
    targets = [key.column.table for key in table.foreign_keys if not key.parent.nullable]
    return any(t.name == "account" or (t is not table and _hangs_on_account(t)) for t in targets)


def test_every_table_that_points_at_a_person_is_emptied(
    idp_app: Flask, floor: Floor, anna: Volunteer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A slice that comes later cannot be forgotten: what the schema ties to a person is what is erased."""
    said: list[str] = []
    personal = {
        t.name for t in floor.db.metadata.sorted_tables if t.name != "account" and _hangs_on_account(t)
    }
    with floor.db.writing() as session:
        execute = session.execute
        monkeypatch.setattr(session, "execute", lambda s: (said.append(str(s)), execute(s))[1])
        erase(session, anna.sub)
    erased = {
        name for name in personal if any(re.match(rf'(DELETE FROM|UPDATE) "?{name}"?\s', s) for s in said)
    }
    assert {"session", "grant", "consent"} <= personal
    assert erased == personal
