"""The documents that programs read first (oidcc-discovery-endpoint-verification and the JWKS checks)."""

from flask.testing import FlaskClient

from idp.discovery.rules import Papers, metadata
from tests.idp.cast import ISSUER


def test_oidcc_discovery_endpoint_verification(idp: FlaskClient) -> None:
    response = idp.get("/.well-known/openid-configuration")
    told = response.get_json()
    assert (response.status_code, response.mimetype, told["issuer"]) == (200, "application/json", ISSUER)
    assert all(v.startswith("https://") for k, v in told.items() if k.endswith("_endpoint"))
    assert "RS256" in told["id_token_signing_alg_values_supported"]
    assert told["request_parameter_supported"] is True
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


def test_documents_are_readable_from_anywhere(idp: FlaskClient) -> None:
    for path in ("/jwks", "/.well-known/openid-configuration"):
        assert idp.get(path).headers["Access-Control-Allow-Origin"] == "*"


def test_c10_1_program_answers_have_headers(idp: FlaskClient) -> None:
    headers = idp.get("/jwks").headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "max-age" in headers["Strict-Transport-Security"]


def test_documentation_is_named_where_there_is_one() -> None:
    url = "https://docs.example/partners"
    assert metadata(ISSUER, Papers(documentation=url))["service_documentation"] == url
    assert "service_documentation" not in metadata(ISSUER)
