"""Spec C4.1 to C4.6, B1, B6: how a client proves itself at the token endpoint, and how it cannot."""

import base64
import contextlib
from urllib.parse import quote_plus

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from idp.grants import GRANT_TYPES
from idp.grants.dispatch import TABLE
from idp.grants.errors import TokenError
from idp.grants.requests import parse_token_request
from idp.kernel.work.floor import Floor
from tests.idp.cast import VERIFIER, Site, Volunteer, add_site


def _basic(client_id: str, secret: str) -> str:
    pair = f"{quote_plus(client_id)}:{quote_plus(secret)}"
    return "Basic " + base64.b64encode(pair.encode()).decode()


def _post(browser: FlaskClient, site: Site, code: str, authorization: str) -> tuple[int, dict[str, str]]:
    data = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": site.redirect_uri,
        "code_verifier": VERIFIER,
    }
    response = browser.post("/token", data=data, headers={"Authorization": authorization})
    return response.status_code, response.get_json()


@pytest.fixture
def code(idp: FlaskClient, floor: Floor, anna: Volunteer) -> str:
    """A code of a confidential first-party client."""
    site = add_site(floor, is_first_party=True)
    anna.enter(idp)
    return site.code(idp)


def test_b6_ugly_secret_works_by_basic(idp: FlaskClient, code: str) -> None:
    site = Site()
    assert site.secret
    assert _post(idp, site, code, _basic("dobro", site.secret))[0] == 200


def test_oidcc_server_client_secret_post(idp: FlaskClient, code: str) -> None:
    response = Site().redeem(idp, code)
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(("client_id", "secret"), [("dobro", "wrong"), ("nobody", "wrong"), ("dobro", "")])
def test_c4_1_unknown_client_looks_like_wrong_secret(
    idp: FlaskClient, code: str, client_id: str, secret: str
) -> None:
    response = idp.post(
        "/token",
        data={"grant_type": "authorization_code", "code": code},
        headers={"Authorization": _basic(client_id, secret)},
    )
    assert response.status_code == 401
    assert response.get_json() == {
        "error": "invalid_client", "error_description": "client authentication failed",
    }  # fmt: skip
    assert response.headers["WWW-Authenticate"].startswith("Basic ")


BROKEN = [
    "Basic", "Basic ", "Basic !!!", "Basic " + base64.b64encode(b"nocolon").decode(),
    "Basic " + base64.b64encode(b"\xff\xfe:\xff").decode(), "Basic " + base64.b64encode(b"a\0:b").decode(),
    "Basic " + base64.b64encode(b"%ff:%fe").decode(), "Basic " + base64.b64encode(b":").decode(),
    "Bearer x", "Digest a=b", "Basic " + "A" * 20_000, "Basic YQ==YQ==",
]  # fmt: skip


@pytest.mark.parametrize("header", BROKEN, ids=lambda header: header[:24])
def test_c4_2_malformed_basic_is_no_500(idp: FlaskClient, dobro: Site, header: str) -> None:
    status, body = _post(idp, dobro, "x", header)
    assert (status, body["error"]) == (401, "invalid_client")


def test_c4_3_guessing_secrets_is_limited(idp: FlaskClient, dobro: Site) -> None:
    statuses = [_post(idp, dobro, "x", _basic("dobro", f"guess{n}"))[0] for n in range(31)]
    assert statuses[-1] == 429


def test_c4_4_confidential_client_needs_its_secret(idp: FlaskClient, code: str) -> None:
    assert Site().redeem(idp, code, client_secret=None).get_json()["error"] == "invalid_client"


def test_c4_4_public_client_has_no_secret(idp: FlaskClient, widget_site: Site) -> None:
    assert widget_site.redeem(idp, "x", client_secret="made up").status_code == 401


@pytest.mark.parametrize("name", ["client_secret", "client_assertion"])
def test_credentials_in_two_places_are_refused(idp: FlaskClient, dobro: Site, name: str) -> None:
    response = idp.post(
        "/token",
        data={"grant_type": "authorization_code", name: "x"},
        headers={"Authorization": _basic("dobro", "x")},
    )
    assert response.get_json()["error"] == "invalid_request"


def test_c4_5_other_grants_are_unsupported(idp: FlaskClient, dobro: Site) -> None:
    for grant_type in ("password", "implicit", "x", "authorization_code "):
        assert dobro.redeem(idp, "x", grant_type=grant_type).get_json()["error"] == "unsupported_grant_type"
    refused = dobro.redeem(idp, "x", grant_type="client_credentials")
    assert (refused.status_code, refused.get_json()["error"]) == (400, "unauthorized_client")


def test_c4_6_token_endpoint_takes_no_get(idp: FlaskClient) -> None:
    assert idp.get("/token?grant_type=authorization_code").status_code == 405


def test_c4_6_parameters_in_the_query_are_ignored(idp: FlaskClient, code: str) -> None:
    response = idp.post(f"/token?grant_type=authorization_code&code={code}&client_id=dobro")
    assert response.status_code == 400


def test_duplicate_parameter_is_refused(idp: FlaskClient, dobro: Site) -> None:
    response = idp.post(
        "/token",
        data="grant_type=authorization_code&code=a&code=b&client_id=dobro",
        content_type="application/x-www-form-urlencoded",
    )
    assert response.get_json()["error"] == "invalid_request"


def test_c7_9_only_registered_origins_read_tokens(idp: FlaskClient, widget_site: Site, code: str) -> None:
    def allowed(origin: str) -> str | None:
        response = idp.post("/token", data={}, headers={"Origin": origin})
        assert "Access-Control-Allow-Credentials" not in response.headers
        assert "Origin" in response.headers["Vary"]
        return response.headers.get("Access-Control-Allow-Origin")

    assert allowed("https://widget.igrajdanin.test") == "https://widget.igrajdanin.test"
    for foreign in ("https://evil.test", "null", "https://widget.igrajdanin.test.evil.test", "https://w"):
        assert allowed(foreign) is None


def test_c7_9_preflight_names_the_origin(idp: FlaskClient, widget_site: Site) -> None:
    headers = {
        "Origin": "https://widget.igrajdanin.test",
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "authorization",
    }
    response = idp.options("/userinfo", headers=headers)
    assert response.headers["Access-Control-Allow-Origin"] == "https://widget.igrajdanin.test"
    assert response.headers["Access-Control-Allow-Headers"].lower() == "authorization"


@given(st.text(), st.dictionaries(st.text(), st.text()))
def test_any_request_parses_or_is_refused(authorization: str, form: dict[str, str]) -> None:
    with contextlib.suppress(TokenError):
        parsed = parse_token_request(MultiDict(form), authorization or None).credentials
        assert parsed.client_id or parsed.client_assertion


def test_c4_3_who_has_guessed_too_often_waits(
    idp: FlaskClient, other_browser: FlaskClient, dobro: Site
) -> None:
    """For this peer even the right secret passes no more, so a guesser learns nothing; another is heard."""
    for n in range(30):
        _post(idp, dobro, "x", _basic("dobro", f"guess{n}"))
    assert dobro.secret
    assert _post(idp, dobro, "x", _basic("dobro", dobro.secret))[0] == 429
    elsewhere = idp.post("/token", data={"grant_type": "authorization_code", "client_id": "dobro",
        "client_secret": dobro.secret, "code": "x"}, environ_base={"REMOTE_ADDR": "203.0.113.9"})  # fmt: skip
    assert elsewhere.get_json()["error"] == "invalid_grant"


def test_every_grant_type_named_is_known() -> None:
    assert set(TABLE) == set(GRANT_TYPES)
