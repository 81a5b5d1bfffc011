"""The modules of the certification suite about registration and clients' keys, as black boxes."""

from typing import Any

from flask.testing import FlaskClient
from joserfc.jwk import ECKey

from idp.kernel.ground import clock
from idp.kernel.ground.ids import new_secret
from tests.idp.cast import ISSUER, Site, Volunteer, answer, follow, submit_page
from tests.idp.outside import sign_foreign

from .conftest import Registrar

TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
JWKS_URI = "https://keys.new.test/jwks"
OLD, NEW = (ECKey.generate_key("P-256", {"kid": kid}) for kid in ("old", "new"))


def _proof(client_id: str, key: Any) -> dict[str, str]:
    at = int(clock.now().timestamp())
    claims = {
        "iss": client_id,
        "sub": client_id,
        "aud": f"{ISSUER}/token",
        "jti": new_secret(8),
        "exp": at + 60,
    }
    return {"client_assertion": sign_foreign(claims, key), "client_assertion_type": TYPE}


def _signing(registrar: Registrar) -> Site:
    """Register a client whose keys are at an address."""
    registrar.outside.documents[JWKS_URI] = {"keys": [OLD.as_dict(private=False)]}
    told = registrar.register(
        token_endpoint_auth_method="private_key_jwt",
        jwks_uri=JWKS_URI,
        grant_types=["authorization_code", "refresh_token"],
        scope="openid offline_access",
    )
    return Site(told["client_id"], None, "https://new.test/cb")


def _code(browser: FlaskClient, site: Site, person: Volunteer, **changes: str) -> str:
    page = site.authorize(browser, **changes)
    if "signin-form" in page.text:
        page = follow(browser, submit_page(browser, page, login=person.email, password=person.password))
    if "consent-form" in page.text:
        page = follow(browser, submit_page(browser, page, decision="allow"))
    return answer(page)["code"]


def test_oidcc_registration_jwks_uri(idp: FlaskClient, registrar: Registrar, anna: Volunteer) -> None:
    site = _signing(registrar)
    code = _code(idp, site, anna, scope="openid")
    assert site.redeem(idp, code, **_proof(site.client_id, OLD)).status_code == 200
    assert registrar.outside.fetched == [JWKS_URI]


def test_oidcc_refresh_token_rp_key_rotation(
    idp: FlaskClient, registrar: Registrar, anna: Volunteer, frozen: clock.FrozenClock
) -> None:
    """The client changes its key, waits a minute and refreshes with the new one."""
    site = _signing(registrar)
    code = _code(idp, site, anna, scope="openid offline_access", prompt="consent")
    told = site.redeem(idp, code, **_proof(site.client_id, OLD)).get_json()
    registrar.outside.documents[JWKS_URI] = {"keys": [NEW.as_dict(private=False)]}
    frozen.tick(seconds=60)
    sent = {
        "grant_type": "refresh_token",
        "refresh_token": told["refresh_token"],
        "client_id": site.client_id,
    }
    again = idp.post("/token", data={**sent, **_proof(site.client_id, NEW)})
    assert again.status_code == 200, again.text
    assert again.get_json()["access_token"] != told["access_token"]


def test_oidcc_registration_sector_uri(registrar: Registrar) -> None:
    uris = ["https://new.test/cb", "https://other.test/cb"]
    registrar.outside.documents["https://sector.test/list"] = [*uris, "https://third.test/cb"]
    told = registrar.register(
        subject_type="pairwise", redirect_uris=uris, sector_identifier_uri="https://sector.test/list"
    )
    assert (told["subject_type"], told["redirect_uris"]) == ("pairwise", uris)


def test_oidcc_registration_sector_bad(registrar: Registrar) -> None:
    registrar.outside.documents["https://sector.test/list"] = ["https://else.test/cb"]
    wrong = {"subject_type": "pairwise", "sector_identifier_uri": "https://sector.test/list"}
    assert registrar.error(**wrong) == "invalid_client_metadata"


def test_oidcc_redirect_uri_regfrag(registrar: Registrar) -> None:
    assert registrar.error(redirect_uris=["https://new.test/cb#foobar"]) == "invalid_redirect_uri"


def test_oidcc_3rd_party_init_login(registrar: Registrar) -> None:
    uri = "https://new.test/login"
    assert registrar.register(initiate_login_uri=uri)["initiate_login_uri"] == uri
    assert registrar.manage("GET").get_json()["initiate_login_uri"] == uri


def test_oidcc_3rd_party_init_login_nohttps(registrar: Registrar) -> None:
    assert registrar.error(initiate_login_uri="http://new.test/login") == "invalid_client_metadata"


def test_discovery_says_how_to_register(idp: FlaskClient) -> None:
    told = idp.get("/.well-known/openid-configuration").get_json()
    assert told["registration_endpoint"] == f"{ISSUER}/connect/register"
    assert "private_key_jwt" in told["token_endpoint_auth_methods_supported"]
    assert {"RS256", "PS256", "ES256"} <= set(told["token_endpoint_auth_signing_alg_values_supported"])
    assert "none" not in told["token_endpoint_auth_signing_alg_values_supported"]
