"""What stands in tokens, as a site verifies them with the published keys alone."""

import pytest
from flask.testing import FlaskClient

from idp.kernel.crypto.jose import Token, import_key, verify
from idp.kernel.ground import clock
from idp.kernel.work.floor import Floor
from idp.tokens.rules import half_hash
from tests.idp.cast import ISSUER, Site, Volunteer, add_site


def _read(browser: FlaskClient, token: str, audience: str, typ: str) -> Token:
    keys = [import_key(data) for data in browser.get("/jwks").get_json()["keys"]]
    return verify(
        token, keys, algorithms=["RS256", "ES256"], typ=typ, issuer=ISSUER, audience=audience, now=clock.now()
    )


def test_oidcc_server_id_token(idp: FlaskClient, dobro: Site, anna: Volunteer) -> None:
    told = dobro.connect(idp, anna)
    token = _read(idp, told["id_token"], "dobro", "JWT")
    assert token.header["alg"] == "RS256"
    assert set(token.claims) == {
        "iss", "sub", "aud", "exp", "iat", "auth_time", "acr", "amr", "sid", "at_hash", "nonce",
    }  # fmt: skip
    assert (token.claims["nonce"], token.claims["acr"]) == ("no", "L1")
    assert token.claims["at_hash"] == half_hash(told["access_token"])


def test_oidcc_request_without_nonce_succeeds(idp: FlaskClient, dobro: Site, anna: Volunteer) -> None:
    told = dobro.connect(idp, anna, nonce=None)
    assert "nonce" not in _read(idp, told["id_token"], "dobro", "JWT").claims


def test_client_may_choose_es256(idp: FlaskClient, floor: Floor, anna: Volunteer) -> None:
    site = add_site(floor, id_token_algorithm="ES256")
    assert _read(idp, site.connect(idp, anna)["id_token"], "dobro", "JWT").header["alg"] == "ES256"


def test_access_token_follows_rfc_9068(idp: FlaskClient, dobro: Site, anna: Volunteer) -> None:
    told = dobro.connect(idp, anna)
    token = _read(idp, told["access_token"], "https://widget.igrajdanin.test", "at+jwt")
    assert (token.header["alg"], token.header["typ"]) == ("ES256", "at+jwt")
    assert set(token.claims) == {
        "iss", "sub", "aud", "client_id", "scope", "jti", "iat", "exp", "auth_time", "acr", "sid",
    }  # fmt: skip
    assert token.claims["exp"] - token.claims["iat"] == 300


@pytest.mark.parametrize("scope", ["openid profile everything", "openid everything profile"])
def test_c2_23_token_says_the_effective_scope(
    idp: FlaskClient, dobro: Site, anna: Volunteer, scope: str
) -> None:
    assert dobro.connect(idp, anna, scope=scope)["scope"] == "openid profile"


def test_c2_23_scope_not_allowed_to_the_client_is_dropped(
    idp: FlaskClient, floor: Floor, anna: Volunteer
) -> None:
    site = add_site(floor, scopes=["openid"])
    claims = '{"userinfo":{"email":null}}'
    told = site.connect(idp, anna, scope="openid email", claims=claims)
    assert told["scope"] == "openid"
    userinfo = idp.get("/userinfo", headers={"Authorization": f"Bearer {told['access_token']}"})
    assert userinfo.get_json() == {"sub": str(anna.sub)}
