"""The documents that programs read first (oidcc-discovery-endpoint-verification and the JWKS checks)."""

from flask.testing import FlaskClient

from idp.kernel.ground import clock
from idp.kernel.work.floor import Floor
from idp.keys.service import add_keys, new_keys
from tests.idp.cast import ISSUER, Site, Volunteer


def test_oidcc_discovery_endpoint_verification(idp: FlaskClient) -> None:
    response = idp.get("/.well-known/openid-configuration")
    told = response.get_json()
    assert (response.status_code, response.mimetype, told["issuer"]) == (200, "application/json", ISSUER)
    assert all(v.startswith("https://") for k, v in told.items() if k.endswith("_endpoint"))
    assert "RS256" in told["id_token_signing_alg_values_supported"]
    assert told["request_parameter_supported"] is False
    assert told["request_uri_parameter_supported"] is False
    assert told["code_challenge_methods_supported"] == ["S256"]
    assert told["authorization_response_iss_parameter_supported"] is True
    assert "public" in response.headers["Cache-Control"]


def test_every_endpoint_named_is_there(idp: FlaskClient) -> None:
    told = idp.get("/.well-known/openid-configuration").get_json()
    for name, url in told.items():
        if name.endswith(("_endpoint", "_uri")):
            assert idp.get(url.removeprefix(ISSUER)).status_code != 404, name


def test_c3_11_key_set_is_public_and_distinct(idp: FlaskClient) -> None:
    keys = idp.get("/jwks").get_json()["keys"]
    assert {k["alg"] for k in keys} == {"ES256", "RS256"}
    assert all(k["kid"] and k["use"] == "sig" for k in keys)
    assert len({k["kid"] for k in keys}) == len(keys)
    assert not any({"d", "p", "q", "dp", "dq", "qi", "k", "oth"} & set(k) for k in keys)


def test_oidcc_server_rotate_keys(idp: FlaskClient, floor: Floor, widget_site: Site, anna: Volunteer) -> None:
    """After a rotation new tokens have new keys, and what the old ones have signed still holds."""
    told = widget_site.connect(idp, anna)
    before = {k["kid"] for k in idp.get("/jwks").get_json()["keys"]}
    with floor.db.writing() as session:
        add_keys(session, new_keys(["ES256", "RS256"]), envelope=floor.envelope, now=clock.now())
    idp.application.extensions["keys"].refresh()
    after = {k["kid"] for k in idp.get("/jwks").get_json()["keys"]}
    assert before < after
    assert len(after) == len(before) + 2
    old = idp.get("/userinfo", headers={"Authorization": f"Bearer {told['access_token']}"})
    assert old.status_code == 200
    assert widget_site.connect(idp, anna, prompt="none", id_token_hint=told["id_token"])


def test_documents_are_readable_from_anywhere(idp: FlaskClient) -> None:
    for path in ("/jwks", "/.well-known/openid-configuration"):
        assert idp.get(path).headers["Access-Control-Allow-Origin"] == "*"


def test_c10_1_program_answers_have_headers(idp: FlaskClient) -> None:
    headers = idp.get("/jwks").headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "max-age" in headers["Strict-Transport-Security"]
