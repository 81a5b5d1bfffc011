"""The JWT bearer grant (RFC 7523 §2.1): whom a trusted site may act for, and what is no assertion."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from idp.kernel.crypto.jose import export_public, generate_key, sign
from idp.kernel.ground import clock
from idp.kernel.ground.clock import FrozenClock
from idp.kernel.ground.ids import new_secret
from idp.kernel.work.floor import Floor
from tests.idp.cast import ISSUER, Site, Volunteer, add_person, add_site

GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
KEY = generate_key("ES256", "city-1")
SITE = Site("city", "city-secret", "https://city.test/cb")


def _register(floor: Floor, **values: Any) -> Site:
    told: dict[str, Any] = {"is_first_party": True, **values}
    return add_site(
        floor, SITE, grant_types=[GRANT, "authorization_code"], jwks={"keys": [export_public(KEY)]}, **told
    )


@pytest.fixture
def city(idp: FlaskClient, floor: Floor, frozen: FrozenClock) -> Site:
    """A site of the operator's that signs for its people."""
    return _register(floor)


def _assertion(person: Volunteer, **changes: Any) -> str:
    at = int(clock.now().timestamp())
    claims = {
        "iss": "city", "sub": str(person.sub), "aud": ISSUER, "iat": at, "exp": at + 60,
        "jti": new_secret(16), **changes,
    }  # fmt: skip
    return sign({k: v for k, v in claims.items() if v is not None}, KEY, "ES256", typ="JWT")


def _ask(browser: FlaskClient, assertion: str, **sent: str) -> TestResponse:
    data = {"grant_type": GRANT, "assertion": assertion, "client_id": "city", "client_secret": "city-secret"}
    return browser.post("/token", data={**data, **sent})


def _error(response: TestResponse) -> tuple[int, str]:
    return response.status_code, response.get_json()["error"]


def test_trusted_site_acts_for_a_person(idp: FlaskClient, city: Site, anna: Volunteer) -> None:
    told = _ask(idp, _assertion(anna), scope="profile").get_json()
    assert (told["scope"], told["expires_in"]) == ("profile", 300)
    assert not {"id_token", "refresh_token"} & set(told)
    sent = {"client_id": "city", "client_secret": "city-secret", "token": told["access_token"]}
    active = idp.post("/introspect", data=sent).get_json()
    assert (active["sub"], active["acr"], active["client_id"]) == (str(anna.sub), "L0", "city")


def test_token_endpoint_is_an_audience_too(idp: FlaskClient, city: Site, anna: Volunteer) -> None:
    assert _ask(idp, _assertion(anna, aud=f"{ISSUER}/token")).status_code == 200


def test_assertion_is_good_once(idp: FlaskClient, city: Site, anna: Volunteer) -> None:
    assertion = _assertion(anna)
    assert _ask(idp, assertion).status_code == 200
    assert _error(_ask(idp, assertion)) == (400, "invalid_grant")


def test_wrong_assertions_are_refused(idp: FlaskClient, city: Site, anna: Volunteer) -> None:
    at = int(clock.now().timestamp())
    wrong: list[dict[str, Any]] = [
        {"iss": "dobro"}, {"iss": [city.client_id]}, {"aud": "https://other.test"}, {"aud": None},
        {"exp": None},
        {"exp": at - 60}, {"exp": at + 600}, {"nbf": at + 600}, {"jti": None}, {"jti": ["x"]}, {"sub": None},
        {"sub": "nobody"}, {"sub": "00000000-0000-0000-0000-000000000000"}, {"sub": [str(anna.sub)]},
    ]  # fmt: skip
    for changes in wrong:
        assert _error(_ask(idp, _assertion(anna, **changes))) == (400, "invalid_grant"), changes
    for garbage in ("", "x", "a.b.c", "e30.e30."):
        assert _error(_ask(idp, garbage)) == (400, "invalid_grant")


def test_assertion_of_another_key_is_refused(idp: FlaskClient, city: Site, anna: Volunteer) -> None:
    at = int(clock.now().timestamp())
    claims = {"iss": "city", "sub": str(anna.sub), "aud": ISSUER, "exp": at + 60, "jti": "x"}
    forged = sign(claims, generate_key("ES256", "city-1"), "ES256", typ="JWT")
    assert _error(_ask(idp, forged)) == (400, "invalid_grant")


def test_site_that_is_not_trusted_may_not(idp: FlaskClient, floor: Floor, anna: Volunteer) -> None:
    _register(floor, is_first_party=False)
    assert _error(_ask(idp, _assertion(anna))) == (400, "unauthorized_client")


def test_verified_partner_stays_within_consent(
    idp: FlaskClient, floor: Floor, anna: Volunteer, frozen: FrozenClock
) -> None:
    site = _register(floor, is_first_party=False, is_verified=True)
    assert _error(_ask(idp, _assertion(anna))) == (400, "invalid_scope")
    site.connect(idp, anna, scope="openid profile")
    assert _ask(idp, _assertion(anna)).get_json()["scope"] == "profile"
    assert _error(_ask(idp, _assertion(anna), scope="profile email")) == (400, "invalid_scope")
    assert _error(_ask(idp, _assertion(anna), scope="openid")) == (400, "invalid_scope")
    other = add_person(floor, "other@example.ru")
    assert _error(_ask(idp, _assertion(other))) == (400, "invalid_scope")


def test_rfc_8707_resource_of_the_site_alone(
    idp: FlaskClient, floor: Floor, anna: Volunteer, frozen: FrozenClock
) -> None:
    _register(floor, resources=["https://api.city.test"])
    assert _ask(idp, _assertion(anna), resource="https://api.city.test").status_code == 200
    assert _error(_ask(idp, _assertion(anna), resource="https://api.other.test")) == (400, "invalid_target")
