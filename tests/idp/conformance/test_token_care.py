"""Revocation and introspection: what becomes of tokens, and who may know of them (B1, B3, C3.7, C3.8)."""

import base64
from typing import Any
from urllib.parse import quote_plus

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from idp.kernel.ground.clock import FrozenClock
from idp.kernel.work.floor import Floor
from tests.idp.cast import ISSUER, Site, Volunteer, add_site, submit

API = "https://widget.igrajdanin.test"


@pytest.fixture
def told(idp: FlaskClient, dobro: Site, anna: Volunteer, frozen: FrozenClock) -> dict[str, Any]:
    """Tokens of a site that Anna lets act while she is away."""
    return dobro.connect(idp, anna, scope="openid profile offline_access", prompt="consent")


def _send(browser: FlaskClient, path: str, site: Site, token: str) -> TestResponse:
    data = {"token": token, "client_id": site.client_id, "client_secret": site.secret}
    return browser.post(path, data={k: v for k, v in data.items() if v is not None})


def _revoke(browser: FlaskClient, site: Site, token: str) -> TestResponse:
    return _send(browser, "/revoke", site, token)


def _introspect(browser: FlaskClient, site: Site, token: str) -> dict[str, Any]:
    response = _send(browser, "/introspect", site, token)
    assert response.headers["Cache-Control"] == "no-store"
    body: dict[str, Any] = response.get_json()
    return body


def _userinfo(browser: FlaskClient, token: str) -> int:
    return browser.get("/userinfo", headers={"Authorization": f"Bearer {token}"}).status_code


def _basic(site: Site) -> str:
    pair = f"{quote_plus(site.client_id)}:{quote_plus(site.secret or '')}"
    return "Basic " + base64.b64encode(pair.encode()).decode()


def test_b3_revocation_answers_empty_and_without_a_type(
    idp: FlaskClient, dobro: Site, told: dict[str, Any]
) -> None:
    for token in (told["access_token"], told["refresh_token"], "unknown", "a.b.c"):
        response = _revoke(idp, dobro, token)
        assert (response.status_code, response.data) == (200, b"")
        assert "Content-Type" not in response.headers


def test_c3_7_revoked_refresh_token_takes_its_access_tokens(
    idp: FlaskClient, dobro: Site, told: dict[str, Any]
) -> None:
    fresh = dobro.refresh(idp, told["refresh_token"]).get_json()
    _revoke(idp, dobro, fresh["refresh_token"])
    assert [_userinfo(idp, one["access_token"]) for one in (told, fresh)] == [401, 401]
    assert dobro.refresh(idp, fresh["refresh_token"]).get_json()["error"] == "invalid_grant"


def test_revoked_access_token_dies_alone(idp: FlaskClient, dobro: Site, told: dict[str, Any]) -> None:
    _revoke(idp, dobro, told["access_token"])
    assert _userinfo(idp, told["access_token"]) == 401
    fresh = dobro.refresh(idp, told["refresh_token"]).get_json()
    assert _userinfo(idp, fresh["access_token"]) == 200


def test_c3_7_another_client_revokes_nothing(
    idp: FlaskClient, floor: Floor, dobro: Site, told: dict[str, Any]
) -> None:
    thief = add_site(floor, Site("thief", "thief-secret", "https://thief.test/cb"))
    for token in (told["access_token"], told["refresh_token"]):
        assert _revoke(idp, thief, token).status_code == 200
    assert _userinfo(idp, told["access_token"]) == 200
    assert dobro.refresh(idp, told["refresh_token"]).status_code == 200


def test_public_client_revokes_its_own(idp: FlaskClient, widget_site: Site, anna: Volunteer) -> None:
    token = widget_site.connect(idp, anna)["access_token"]
    assert _revoke(idp, widget_site, token).status_code == 200
    assert _userinfo(idp, token) == 401


@pytest.mark.parametrize("path", ["/revoke", "/introspect"])
def test_b1_secret_by_basic_or_in_the_form(
    idp: FlaskClient, dobro: Site, told: dict[str, Any], path: str
) -> None:
    by_basic = idp.post(path, data={"token": "x"}, headers={"Authorization": _basic(dobro)})
    assert (by_basic.status_code, _send(idp, path, dobro, "x").status_code) == (200, 200)
    for wrong in ({"token": "x", "client_id": "dobro", "client_secret": "no"}, {"token": "x"}):
        refused = idp.post(path, data=wrong)
        assert (refused.status_code, refused.get_json()["error"]) == (401, "invalid_client")
    nothing = idp.post(path, data={}, headers={"Authorization": _basic(dobro)})
    assert (nothing.status_code, nothing.get_json()["error"]) == (400, "invalid_request")
    assert idp.get(path).status_code == 405


def test_introspection_tells_the_client_of_its_tokens(
    idp: FlaskClient, dobro: Site, anna: Volunteer, told: dict[str, Any]
) -> None:
    access = _introspect(idp, dobro, told["access_token"])
    assert {n: access[n] for n in ("active", "token_type", "client_id", "sub", "aud", "iss", "acr")} == {
        "active": True, "token_type": "Bearer", "client_id": "dobro", "sub": str(anna.sub), "aud": API,
        "iss": ISSUER, "acr": "L1",
    }  # fmt: skip
    assert access["exp"] - access["iat"] == 300
    assert access["auth_time"] <= access["iat"]
    refresh = _introspect(idp, dobro, told["refresh_token"])
    assert (refresh["active"], refresh["scope"]) == (True, "openid profile offline_access")
    assert "token_type" not in refresh


def test_c3_8_strangers_learn_nothing(
    idp: FlaskClient, floor: Floor, dobro: Site, widget_site: Site, told: dict[str, Any]
) -> None:
    """A client that may ask for an audience is not that audience; a public one is nobody."""
    other = add_site(floor, Site("other", "other-secret", "https://other.test/cb"), resources=[API])
    for token in (told["access_token"], told["refresh_token"], "unknown", told["id_token"]):
        assert _introspect(idp, other, token) == {"active": False}
    assert _send(idp, "/introspect", widget_site, told["access_token"]).status_code == 401


def test_resource_server_introspects_what_is_for_it(
    idp: FlaskClient, floor: Floor, dobro: Site, told: dict[str, Any]
) -> None:
    api = add_site(floor, Site("api", "api-secret", ""), redirect_uris=[], grant_types=[], resources=[API])
    foreign = Site("foreign-api", "api-secret", "")
    add_site(floor, foreign, redirect_uris=[], grant_types=[], resources=["https://x.test"])
    assert _introspect(idp, api, told["access_token"])["active"] is True
    assert _introspect(idp, api, told["refresh_token"]) == {"active": False}
    assert _introspect(idp, foreign, told["access_token"]) == {"active": False}


def test_introspection_looks_at_the_database_at_once(
    idp: FlaskClient, dobro: Site, anna: Volunteer, frozen: FrozenClock, other_browser: FlaskClient
) -> None:
    token = dobro.connect(idp, anna)["access_token"]
    assert _introspect(idp, dobro, token)["active"] is True
    frozen.tick(seconds=300)
    assert _introspect(idp, dobro, token) == {"active": False}
    token = dobro.connect(idp, anna)["access_token"]
    submit(idp, "/logout")
    assert _introspect(idp, dobro, token) == {"active": False}
