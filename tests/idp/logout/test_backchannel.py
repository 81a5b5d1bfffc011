"""OpenID Connect Back-Channel Logout 1.0: sites are told that a session has ended, each once."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from idp.audit import Filter, entries
from idp.database import tables
from idp.kernel.crypto import jose
from idp.kernel.ground.clock import FrozenClock
from idp.kernel.outside.http import GuardedHttp
from idp.kernel.work.floor import Floor
from tests.idp.cast import ISSUER, Site, Volunteer, add_person, add_site, answer, claims_of, form_of

EVENT = "http://schemas.openid.net/event/backchannel-logout"
BACK = "https://dobro.test/bye"


@dataclass
class Ear:
    """Where sites hear of the end of sessions: a server on loopback that answers as it is told."""

    status: int = 204
    slow_seconds: float = 0
    heard: list[tuple[str, dict[str, Any], dict[str, list[str]]]] = field(default_factory=list)

    def tokens(self, host: str = "dobro.test") -> list[str]:
        """Give the logout tokens that a site has heard."""
        return [form["logout_token"][0] for where, _, form in self.heard if where == host]


@pytest.fixture
def ear(idp_app: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ear]:
    """The sites' ears; `bad.test` never takes a notice."""
    ear = Ear()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            host, body = self.headers["host"], self.rfile.read(int(self.headers["content-length"]))
            ear.heard.append((host, dict(self.headers), parse_qs(body.decode())))
            time.sleep(ear.slow_seconds)
            self.send_response(500 if host == "bad.test" else ear.status)
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, *args: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    where = f"127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    heard = replace(idp_app.extensions["floor"], http=GuardedHttp({"dobro.test": where, "bad.test": where}))
    idp_app.extensions["floor"] = heard
    monkeypatch.setattr(idp_app.extensions["worker"], "_floor", heard)
    yield ear
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def site(idp: FlaskClient, floor: Floor, ear: Ear) -> Site:
    """A site that wants to be told."""
    return _add(floor, "dobro")


def _add(floor: Floor, name: str, **values: Any) -> Site:
    host = f"{name}.test"
    wish = {
        "is_first_party": True, "post_logout_redirect_uris": [BACK],
        "backchannel_logout_uri": f"http://{host}/logout", "backchannel_logout_session_required": True,
        **values,
    }  # fmt: skip
    return add_site(floor, Site(name, redirect_uri=f"https://{host}/cb"), **wish)


def _log_out(browser: FlaskClient, hint: str) -> Any:
    return browser.get("/logout?" + urlencode({"id_token_hint": hint, "post_logout_redirect_uri": BACK}))


def test_oidcc_backchannel_rp_initiated_logout(
    idp: FlaskClient, site: Site, anna: Volunteer, ear: Ear, frozen: FrozenClock
) -> None:
    hint = site.connect(idp, anna)["id_token"]
    assert _log_out(idp, hint).headers["Location"] == BACK
    ((_, headers, form),) = ear.heard  # before the redirect
    assert list(form) == ["logout_token"]
    assert not {"Cookie", "Authorization"} & set(headers)
    keys = jose.import_key_set(idp.get("/jwks").get_json())
    token = jose.verify_signature(form["logout_token"][0], keys, algorithms=["RS256"], typ="logout+jwt")
    told, known, now = token.claims, claims_of(hint), int(frozen.at.timestamp())
    assert (told["iss"], told["aud"], told["iat"], told["exp"]) == (ISSUER, "dobro", now, now + 120)
    assert (told["sub"], told["sid"]) == (known["sub"], known["sid"])
    assert told["events"] == {EVENT: {}}
    assert told["jti"]
    assert "nonce" not in told
    assert answer(site.authorize(idp, prompt="none"))["error"] == "login_required"


def test_oidcc_backchannel_logout_discovery_endpoint_verification(idp: FlaskClient) -> None:
    told = idp.get("/.well-known/openid-configuration").get_json()
    assert told["backchannel_logout_supported"] is True
    assert told["backchannel_logout_session_supported"] is True


def test_nothing_is_sent_twice(
    idp: FlaskClient,
    site: Site,
    anna: Volunteer,
    ear: Ear,
    frozen: FrozenClock,
    drain: Callable[[], int],
) -> None:
    _log_out(idp, site.connect(idp, anna)["id_token"])
    drain()
    frozen.tick(seconds=60)
    drain()
    assert len(ear.heard) == 1


def test_every_way_of_ending_tells_the_sites(
    idp: FlaskClient,
    other_browser: FlaskClient,
    site: Site,
    anna: Volunteer,
    ear: Ear,
    drain: Callable[[], int],
) -> None:
    first = claims_of(site.connect(idp, anna)["id_token"])["sid"]
    second = claims_of(site.connect(other_browser, anna)["id_token"])["sid"]
    token = form_of(idp.get("/logout")).hidden
    idp.post("/account/sessions/end-all", data=token)
    drain()
    assert {claims_of(token)["sid"] for token in ear.tokens()} == {first, second}


def test_c5_8_failing_site_blocks_no_other_and_is_told_again(
    idp: FlaskClient,
    floor: Floor,
    site: Site,
    anna: Volunteer,
    ear: Ear,
    frozen: FrozenClock,
    drain: Callable[[], int],
) -> None:
    bad = _add(floor, "bad")
    bad.connect(idp, anna)
    _log_out(idp, site.connect(idp, anna)["id_token"])
    assert len(ear.tokens()) == 1
    for _ in range(3):
        frozen.tick(seconds=60)
        drain()
    tries = ear.tokens("bad.test")
    assert len(tries) == 4
    assert len({claims_of(token)["jti"] for token in tries}) == 1
    assert len(ear.tokens()) == 1


def test_site_that_says_no_is_left_alone(
    idp: FlaskClient, site: Site, anna: Volunteer, ear: Ear, frozen: FrozenClock, drain: Callable[[], int]
) -> None:
    ear.status = 400
    _log_out(idp, site.connect(idp, anna)["id_token"])
    frozen.tick(seconds=60)
    drain()
    assert len(ear.heard) == 1


def test_slow_site_does_not_hold_the_person(
    idp: FlaskClient, site: Site, anna: Volunteer, ear: Ear, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("idp.logout.notices.WAITED_SECONDS", 0.2)
    ear.slow_seconds = 1.0
    hint = site.connect(idp, anna)["id_token"]
    started = time.monotonic()
    assert _log_out(idp, hint).headers["Location"] == BACK
    assert time.monotonic() - started < 0.9


def test_c5_1_address_of_this_machine_is_never_called(
    idp: FlaskClient,
    floor: Floor,
    anna: Volunteer,
    ear: Ear,
    frozen: FrozenClock,
    drain: Callable[[], int],
) -> None:
    inner = _add(floor, "inner", backchannel_logout_uri="https://127.0.0.1/logout")
    _log_out(idp, inner.connect(idp, anna)["id_token"])
    frozen.tick(seconds=60)
    drain()
    assert ear.heard == []


def test_sites_of_other_sessions_are_not_told(
    idp: FlaskClient, other_browser: FlaskClient, floor: Floor, site: Site, anna: Volunteer, ear: Ear
) -> None:
    quiet = _add(floor, "quiet", backchannel_logout_uri=None)
    site.connect(other_browser, anna)
    _log_out(idp, quiet.connect(idp, anna)["id_token"])
    assert ear.heard == []


def test_news_leaves_once_for_each_session_really_ended(
    idp: FlaskClient, floor: Floor, site: Site, anna: Volunteer
) -> None:
    hint = site.connect(idp, anna)["id_token"]
    for _ in range(2):
        _log_out(idp, hint)
    with floor.db.reading() as session:
        kind = tables.outbox.table.c.kind
        count = sa.select(sa.func.count()).where(kind == "sessions.ended")
        assert session.execute(count).scalar() == 1


def test_signing_in_again_ends_no_session(
    idp: FlaskClient, site: Site, anna: Volunteer, ear: Ear, drain: Callable[[], int]
) -> None:
    """The secret is new, the `sid` that sites know stays: nobody is signed out by signing in."""
    first = site.connect(idp, anna)["id_token"]
    cookie = idp.get_cookie("__Host-session", domain="id.igrajdanin.test")
    second = site.connect(idp, anna, prompt="login")["id_token"]
    drain()
    assert claims_of(first)["sid"] == claims_of(second)["sid"]
    assert cookie != idp.get_cookie("__Host-session", domain="id.igrajdanin.test")
    assert ear.heard == []


def test_another_person_in_the_same_browser_ends_the_session(
    idp: FlaskClient, floor: Floor, site: Site, anna: Volunteer, ear: Ear, drain: Callable[[], int]
) -> None:
    sid = claims_of(site.connect(idp, anna)["id_token"])["sid"]
    add_person(floor, "boris@example.ru").sign_in(idp)
    drain()
    assert [claims_of(token)["sid"] for token in ear.tokens()] == [sid]


def test_c10_10_sign_out_by_a_site_is_noted(
    idp: FlaskClient, floor: Floor, site: Site, anna: Volunteer
) -> None:
    _log_out(idp, site.connect(idp, anna)["id_token"])
    with floor.db.reading() as session:
        noted = entries(session, Filter(action="session.ended"), limit=9)
    assert [(entry.actor.kind, entry.client_id) for entry in noted] == [("client", "dobro")]
