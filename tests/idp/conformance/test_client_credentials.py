"""Client credentials: a client acts for itself, at the resources it is registered for (C4.4, C4.5)."""

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from idp.kernel.crypto.jose import import_key, verify_signature
from idp.kernel.work.floor import Floor
from tests.idp.cast import ISSUER, Site, add_site

ROBOT = Site("robot", "robot-secret", "")
RESOURCES = ["https://one.test/api", "https://two.test/api"]


@pytest.fixture
def robot(idp: FlaskClient, floor: Floor) -> Site:
    """A program without people."""
    return add_site(
        floor, ROBOT, redirect_uris=[], grant_types=["client_credentials"], resources=RESOURCES,
        scopes=["reports:read", "reports:write"],
    )  # fmt: skip


def _ask(browser: FlaskClient, site: Site = ROBOT, **sent: str | list[str]) -> TestResponse:
    data = {"grant_type": "client_credentials", "client_id": site.client_id, **sent}
    return browser.post("/token", data={**data, "client_secret": site.secret} if site.secret else data)


def test_client_gets_a_token_of_its_own(idp: FlaskClient, robot: Site) -> None:
    told = _ask(idp).get_json()
    assert (told["scope"], told["token_type"], told["expires_in"]) == (
        "reports:read reports:write", "Bearer", 300,
    )  # fmt: skip
    assert not {"id_token", "refresh_token"} & set(told)
    keys = [import_key(data) for data in idp.get("/jwks").get_json()["keys"]]
    claims = verify_signature(told["access_token"], keys, algorithms=["ES256"], typ="at+jwt").claims
    assert (claims["sub"], claims["client_id"], claims["aud"]) == ("robot", "robot", RESOURCES)
    assert not {"auth_time", "acr", "sid"} & set(claims)


def test_resource_narrows_the_audience(idp: FlaskClient, robot: Site) -> None:
    token = _ask(idp, resource=RESOURCES[1:], scope="reports:read").get_json()["access_token"]
    told = idp.post(
        "/introspect", data={"token": token, "client_id": "robot", "client_secret": "robot-secret"}
    ).get_json()
    assert (told["active"], told["aud"], told["scope"]) == (True, RESOURCES[1], "reports:read")


@pytest.mark.parametrize("resource", ["https://three.test/api", "no uri", "https://one.test/api#x", ""])
def test_rfc_8707_unknown_resource_is_an_invalid_target(idp: FlaskClient, robot: Site, resource: str) -> None:
    refused = _ask(idp, resource=resource)
    assert (refused.status_code, refused.get_json()["error"]) == (400, "invalid_target")


@pytest.mark.parametrize("scope", ["openid", "reports:read profile", "offline_access", "reports:burn"])
def test_c4_5_scopes_of_people_are_not_for_clients(idp: FlaskClient, robot: Site, scope: str) -> None:
    assert _ask(idp, scope=scope).get_json()["error"] == "invalid_scope"


def test_c4_5_scopes_of_people_do_not_slip_in(idp: FlaskClient, floor: Floor) -> None:
    site = add_site(
        floor, Site("plain", "plain-secret", ""), redirect_uris=[], grant_types=["client_credentials"]
    )
    assert "scope" not in _ask(idp, site).get_json()


def test_c4_4_public_client_cannot_act_for_itself(idp: FlaskClient, floor: Floor) -> None:
    site = Site("open", None, "https://open.test/cb")
    add_site(floor, site, grant_types=["client_credentials", "authorization_code"])
    assert _ask(idp, site).get_json()["error"] == "unauthorized_client"


def test_own_token_is_no_person_at_userinfo(idp: FlaskClient, robot: Site) -> None:
    token = _ask(idp).get_json()["access_token"]
    assert idp.get("/userinfo", headers={"Authorization": f"Bearer {token}"}).status_code == 401


def test_own_token_can_be_revoked(idp: FlaskClient, robot: Site) -> None:
    token = _ask(idp).get_json()["access_token"]
    sent = {"token": token, "client_id": "robot", "client_secret": "robot-secret"}
    assert idp.post("/introspect", data=sent).get_json()["iss"] == ISSUER
    idp.post("/revoke", data=sent)
    assert idp.post("/introspect", data=sent).get_json() == {"active": False}
