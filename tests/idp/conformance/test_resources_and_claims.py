"""Resources (RFC 8707) and single claims of the ID token (OpenID Connect Core §5.5)."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from idp.kernel.crypto.jose import import_key, verify_signature
from idp.kernel.ground.clock import FrozenClock
from idp.kernel.work.floor import Floor
from tests.idp.cast import Site, Volunteer, add_site

API = "https://widget.igrajdanin.test"
PARKS = "https://parks.test/api"


@pytest.fixture
def site(idp: FlaskClient, floor: Floor, anna: Volunteer) -> Site:
    """A first-party client that may also ask for tokens of the parks' API; Anna is signed in."""
    anna.enter(idp)
    return add_site(floor, Site("app", None, "https://app.test/cb"), is_first_party=True, resources=[PARKS])


def _audience(browser: FlaskClient, told: dict[str, Any]) -> object:
    return _claims(browser, told["access_token"], "at+jwt")["aud"]


def _claims(browser: FlaskClient, token: str, typ: str = "JWT") -> dict[str, Any]:
    keys = [import_key(data) for data in browser.get("/jwks").get_json()["keys"]]
    return dict(verify_signature(token, keys, algorithms=["RS256", "ES256"], typ=typ).claims)


def test_rfc_8707_token_is_for_the_resource_granted(idp: FlaskClient, site: Site) -> None:
    code = site.code(idp, scope="openid offline_access", resource=PARKS)
    told = site.redeem(idp, code).get_json()
    assert _audience(idp, told) == PARKS
    userinfo = idp.get("/userinfo", headers={"Authorization": f"Bearer {told['access_token']}"})
    assert userinfo.status_code == 401  # it is for somebody else (spec C3.2)
    assert _audience(idp, site.refresh(idp, told["refresh_token"]).get_json()) == PARKS


def test_rfc_8707_resource_that_was_not_granted_is_an_invalid_target(idp: FlaskClient, site: Site) -> None:
    """And burns nothing: the same code and the same refresh token work afterwards."""
    code = site.code(idp, scope="openid offline_access", resource=PARKS)
    assert site.redeem(idp, code, resource=API).get_json()["error"] == "invalid_target"
    told = site.redeem(idp, code, resource=PARKS).get_json()
    refused = site.refresh(idp, told["refresh_token"], resource=API)
    assert (refused.status_code, refused.get_json()["error"]) == (400, "invalid_target")
    assert site.refresh(idp, told["refresh_token"], resource=PARKS).status_code == 200


def test_rfc_8707_one_of_several_may_be_chosen_each_time(idp: FlaskClient, site: Site) -> None:
    url = site.url(scope="openid offline_access", resource=PARKS) + f"&resource={API}"
    from tests.idp.cast import answer, follow

    code = answer(follow(idp, idp.get(url)))["code"]
    told = site.redeem(idp, code, resource=PARKS).get_json()
    assert _audience(idp, told) == PARKS
    assert _audience(idp, site.refresh(idp, told["refresh_token"], resource=API).get_json()) == API


def test_without_a_resource_a_token_is_for_the_api(idp: FlaskClient, site: Site) -> None:
    assert _audience(idp, site.redeem(idp, site.code(idp)).get_json()) == API


def test_claims_asked_for_the_id_token_are_told_there(
    idp: FlaskClient, site: Site, anna: Volunteer, frozen: FrozenClock
) -> None:
    anna.enter(idp)
    claims = '{"id_token":{"email":{"essential":true},"name":null,"sub":null}}'
    code = site.code(idp, scope="openid offline_access", claims=claims)
    told = site.redeem(idp, code).get_json()
    said = _claims(idp, told["id_token"])
    assert (said["email"], said["name"], said["sub"]) == (anna.email, "Анна Орлова", str(anna.sub))
    assert "given_name" not in said
    frozen.tick(seconds=60)
    again = _claims(idp, site.refresh(idp, told["refresh_token"]).get_json()["id_token"])
    assert (again["email"], again["auth_time"]) == (anna.email, said["auth_time"])
