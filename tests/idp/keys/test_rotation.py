"""Rotation of the signing keys: by itself and by command, ahead of use, on any number of processes."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient

from idp.audit import Filter, entries
from idp.database import Model
from idp.factors.models import Totp
from idp.kernel.crypto.envelope import Envelope, EnvelopeBroken
from idp.kernel.crypto.jose import sign
from idp.kernel.ground import clock
from idp.kernel.storage import sealed
from idp.kernel.storage.sealed import Resealed, reseal
from idp.kernel.work.floor import Floor
from idp.keys import KeyRing, ring
from idp.keys.cli import keys
from idp.keys.models import StoredKey
from idp.keys.queries import all_keys
from idp.keys.service import Order, add_missing_keys, forget_old_keys, new_keys, rotate_keys
from tests.idp.cast import Site, Volunteer, add_person

MADE = new_keys(["ES256", "ES256", "ES256"])


def _run(floor: Floor, *words: str) -> list[str]:
    said = CliRunner().invoke(keys, words, obj=floor)
    assert said.exit_code == 0, said.output
    return said.output.split()


def _key_set(idp: FlaskClient) -> list[dict[str, Any]]:
    idp.application.extensions["keys"].refresh()
    shown: list[dict[str, Any]] = idp.get("/jwks").get_json()["keys"]
    return shown


def _userinfo(browser: FlaskClient, token: str) -> int:
    return browser.get("/userinfo", headers={"Authorization": f"Bearer {token}"}).status_code


def _standings(floor: Floor) -> dict[str, str]:
    words = [line.split() for line in CliRunner().invoke(keys, ["list"], obj=floor).output.splitlines()]
    return {kid: standing for _, kid, standing, _ in words}


@pytest.fixture
def es256(idp_app: Flask, floor: Floor, frozen: clock.FrozenClock) -> KeyRing:
    """A process's rings with ES256 alone, whose first key signs since now."""
    with floor.db.writing() as session:
        session.execute(sa.delete(StoredKey))
        add_missing_keys(session, MADE[:1], Order(floor.envelope, frozen.at))
    frozen.tick(seconds=1)
    return KeyRing(floor.db, floor.envelope)


def test_oidcc_server_rotate_keys(idp: FlaskClient, floor: Floor, widget_site: Site, anna: Volunteer):
    """After a rotation new keys are published, the old ones too, and what they have signed still holds."""
    told = widget_site.connect(idp, anna)
    before = {key["kid"] for key in _key_set(idp)}
    new = set(_run(floor, "rotate", "--now")[1::2])
    shown = _key_set(idp)
    after = {key["kid"] for key in shown}
    assert after == before | new
    assert len(shown) == len(after) == 4
    assert not any({"d", "p", "q", "dp", "dq", "qi", "k", "oth"} & set(key) for key in shown)
    assert all(key["use"] == "sig" and key["alg"] in ("ES256", "RS256") for key in shown)
    assert _userinfo(idp, told["access_token"]) == 200
    assert widget_site.connect(idp, anna, prompt="none", id_token_hint=told["id_token"])


def test_next_key_is_published_before_it_signs(floor: Floor, es256: KeyRing, frozen: clock.FrozenClock):
    old = es256.signing("ES256").kid
    with floor.db.writing() as session:
        order = Order(floor.envelope, frozen.at)
        rotate_keys(session, MADE[1:2], order, signs_at=frozen.at + timedelta(hours=1))
    es256.refresh()
    assert es256.signing("ES256").kid == old
    assert MADE[1][1].kid in {key["kid"] for key in es256.published()}
    frozen.tick(seconds=3600)
    assert es256.signing("ES256").kid == MADE[1][1].kid
    assert old in {key.kid for key in es256.verifying()}


def test_worker_rotates_by_itself(
    idp: FlaskClient, floor: Floor, frozen: clock.FrozenClock, drain: Callable[[], int]
):
    with floor.db.writing() as session:
        session.execute(sa.update(StoredKey).values(created_at=frozen.at, signs_at=frozen.at))
    drain()
    assert len(_key_set(idp)) == 2
    frozen.tick(days=90, seconds=-1800)
    drain()
    assert sorted(_standings(floor).values()) == ["ready", "ready", "signing", "signing"]
    frozen.tick(seconds=3600)
    drain()
    assert sorted(_standings(floor).values()) == ["retired", "retired", "signing", "signing"]


def test_rotating_twice_takes_the_key_that_stands_ready(idp_app: Flask, floor: Floor):
    first = _run(floor, "rotate")
    assert _run(floor, "rotate") == first
    assert sorted(_standings(floor).values()) == ["ready", "ready", "signing", "signing"]
    assert _run(floor, "rotate", "--now") == first
    assert [_standings(floor)[kid] for kid in first[1::2]] == ["signing", "signing"]


def test_processes_racing_make_one_key(idp_app: Flask, floor: Floor):
    with floor.db.writing() as session:
        session.execute(sa.delete(StoredKey))
    first = list(MADE)

    def start(number: int) -> None:
        with idp_app.app_context(), floor.db.writing() as session:
            add_missing_keys(session, [first[number]], Order(floor.envelope, clock.now()))

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(start, range(3)))
    with floor.db.reading() as session:
        assert len(all_keys(session)) == 1


def test_key_of_another_process_is_found_by_its_name(
    floor: Floor, es256: KeyRing, monkeypatch: pytest.MonkeyPatch
):
    """A token signed by a key that was made a moment ago elsewhere is not refused."""
    es256.verifying()
    with floor.db.writing() as session:
        now = clock.now()
        rotate_keys(session, MADE[1:2], Order(floor.envelope, now), signs_at=now)
    key = KeyRing(floor.db, floor.envelope).signing("ES256")
    signed = sign({"sub": "x"}, key, "ES256", typ="JWT")
    monkeypatch.setattr(ring, "LOOK_AGAIN_SECONDS", 60.0)
    assert es256.keys_for(signed) == []
    monkeypatch.setattr(ring, "LOOK_AGAIN_SECONDS", 0.0)
    assert [key.kid for key in es256.keys_for(signed)] == [MADE[1][1].kid]
    assert es256.keys_for("no.token.here") == []


def test_revoked_key_is_honoured_no_more(idp: FlaskClient, floor: Floor, widget_site: Site, anna: Volunteer):
    told = widget_site.connect(idp, anna)
    assert _userinfo(idp, told["access_token"]) == 200
    stolen = next(key["kid"] for key in _key_set(idp) if key["alg"] == "ES256")
    _run(floor, "revoke", stolen)
    shown = _key_set(idp)
    assert stolen not in {key["kid"] for key in shown}
    assert {key["alg"] for key in shown} == {"ES256", "RS256"}
    assert _userinfo(idp, told["access_token"]) == 401
    assert _userinfo(idp, widget_site.connect(idp, anna)["access_token"]) == 200
    with floor.db.reading() as session:
        assert next(key.sealed for key in all_keys(session) if key.kid == stolen) == b""
    assert CliRunner().invoke(keys, ["revoke", stolen], obj=floor).exit_code == 1
    assert CliRunner().invoke(keys, ["revoke", "unknown"], obj=floor).exit_code == 1


def test_retired_key_is_honoured_and_signs_no_more(idp: FlaskClient, floor: Floor):
    old = next(key["kid"] for key in _key_set(idp) if key["alg"] == "ES256")
    _run(floor, "retire", old)
    shown = _key_set(idp)
    assert len(shown) == 3
    assert idp.application.extensions["keys"].signing("ES256").kid != old
    assert CliRunner().invoke(keys, ["retire", old], obj=floor).exit_code == 1


def test_old_key_leaves_when_nothing_needs_it(floor: Floor, es256: KeyRing, frozen: clock.FrozenClock):
    with floor.db.writing() as session:
        rotate_keys(session, MADE[1:2], Order(floor.envelope, frozen.at), signs_at=frozen.at)
    for days, kept, halves in ((0.5, 2, 2), (2, 2, 1), (29, 2, 1), (31, 1, 1), (400, 1, 1)):
        with floor.db.writing() as session:
            forget_old_keys(session, now=frozen.at + timedelta(days=days))
        with floor.db.reading() as session:
            left = all_keys(session)
        assert (len(left), sum(bool(key.sealed) for key in left)) == (kept, halves)


def test_c10_8_keys_open_after_the_old_secret_has_gone(floor: Floor, es256: KeyRing):
    old, new = floor.settings.secret_key.get_secret_value(), "a newer secret"
    assert es256.signing("ES256")
    with pytest.raises(EnvelopeBroken):
        KeyRing(floor.db, Envelope([new])).signing("ES256")
    assert reseal(floor.db, Model.metadata, Envelope([new, old])) == Resealed(1, 0)
    assert KeyRing(floor.db, Envelope([new])).signing("ES256").kid == MADE[0][1].kid
    assert reseal(floor.db, Model.metadata, Envelope(["a third"])) == Resealed(0, 1)
    assert KeyRing(floor.db, Envelope([new])).signing("ES256").kid == MADE[0][1].kid


def test_c10_8_whatever_is_sealed_is_sealed_anew(
    idp: FlaskClient, floor: Floor, anna: Volunteer, monkeypatch: pytest.MonkeyPatch
):
    """Every column of bytes says what it is sealed for, or is named here as not sealed."""
    monkeypatch.setattr(sealed, "_BATCH", 1)
    binary = {
        str(column)
        for table in Model.metadata.sorted_tables
        for column in table.columns
        if isinstance(column.type, sa.LargeBinary)
    }
    assert binary == {str(column) for column in sealed.sealed_columns(Model.metadata)} | {
        "passkey.public_key"
    }
    people = [anna.sub, add_person(floor, "boris@example.ru").sub]
    with floor.db.writing() as session:
        for account_id in people:
            seed = floor.envelope.seal(b"seed", "totp-seed")
            row = {"account_id": account_id, "sealed_seed": seed, "last_step": 0, "created_at": clock.now()}
            session.execute(sa.insert(Totp).values(**row))
    old, new = floor.settings.secret_key.get_secret_value(), "a newer secret"
    assert reseal(floor.db, Model.metadata, Envelope([new, old])) == Resealed(4, 0)
    with floor.db.reading() as session:
        kept = session.execute(sa.select(Totp.__table__.c.sealed_seed)).scalars().all()
    assert [Envelope([new]).open(value, "totp-seed") for value in kept] == [b"seed", b"seed"]


def test_key_without_private_half_never_signs_again(floor: Floor, es256: KeyRing, frozen: clock.FrozenClock):
    """Revoking the present key does not call back one that was destroyed."""
    with floor.db.writing() as session:
        rotate_keys(session, MADE[1:2], Order(floor.envelope, frozen.at), signs_at=frozen.at)
    with floor.db.writing() as session:
        forget_old_keys(session, now=frozen.tick(days=2))
    _run(floor, "revoke", str(MADE[1][1].kid))
    es256.refresh()
    assert es256.signing("ES256").kid not in {key.kid for _, key in MADE}


def test_c10_10_changes_of_the_rings_are_recorded(idp_app: Flask, floor: Floor):
    with floor.db.reading() as session:
        old = next(key.kid for key in all_keys(session) if key.algorithm == "ES256")
    _run(floor, "revoke", old)
    _run(floor, "rotate", "--now")
    _run(floor, "reseal")
    with floor.db.reading() as session:
        found = entries(session, Filter(action="keys."), limit=10)
    acts = [e.action for e in found if e.actor.kind == "operator"]
    assert acts == ["keys.resealed", "keys.rotated", "keys.rotated", "keys.made", "keys.revoked"]
