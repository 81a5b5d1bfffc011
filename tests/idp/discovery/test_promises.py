"""Whatever the metadata says can be done is done: the document is walked member by member."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from idp.discovery.rules import Papers, metadata
from idp.kernel.crypto import jose
from idp.kernel.work.floor import Floor
from tests.idp.cast import ISSUER, Site, Volunteer, add_site, answer, claims_of

# What is a fact or tried by tests of its own: names of algorithms for other people's keys, flags.
ELSEWHERE = "_signing_alg_values_supported"


@pytest.fixture
def told(idp: FlaskClient) -> dict[str, Any]:
    """The metadata."""
    document: dict[str, Any] = idp.get("/.well-known/openid-configuration").get_json()
    return document


@pytest.fixture
def site(idp: FlaskClient, floor: Floor, told: dict[str, Any]) -> Site:
    """A site of ours that may ask for everything."""
    return add_site(floor, is_first_party=True, scopes=told["scopes_supported"])


def test_both_addresses_give_one_document(idp: FlaskClient, told: dict[str, Any]) -> None:
    """OpenID Connect Discovery §4 and RFC 8414 §3."""
    assert idp.get("/.well-known/oauth-authorization-server").get_json() == told


def test_b4_issuer_is_the_configured_one_to_the_letter(idp: FlaskClient, told: dict[str, Any]) -> None:
    assert told["issuer"] == ISSUER
    spoofed = idp.get("/.well-known/openid-configuration", headers={"X-Forwarded-Host": "evil.test"})
    assert spoofed.get_json() == told


def test_every_scope_is_given(idp: FlaskClient, site: Site, anna: Volunteer, told: dict[str, Any]) -> None:
    anna.enter(idp)
    wanted = " ".join(told["scopes_supported"])
    assert site.redeem(idp, site.code(idp, scope=wanted)).get_json()["scope"] == wanted


def test_every_claim_of_people_is_told(
    idp: FlaskClient, site: Site, anna: Volunteer, told: dict[str, Any]
) -> None:
    tokens = site.connect(idp, anna, scope="openid profile email phone address")
    userinfo = idp.get("/userinfo", headers={"Authorization": f"Bearer {tokens['access_token']}"})
    known = set(userinfo.get_json()) | set(claims_of(tokens["id_token"]))
    assert set(told["claims_supported"]) <= known


def test_every_prompt_and_mode_is_known(idp: FlaskClient, site: Site, told: dict[str, Any]) -> None:
    for prompt in told["prompt_values_supported"]:
        for mode in told["response_modes_supported"]:
            page = site.authorize(idp, prompt=prompt, response_mode=mode)
            assert page.status_code in (200, 303), prompt
            assert "answer-form" not in page.text or answer(page)["error"] == "login_required"


def test_every_level_and_language_may_be_asked(
    idp: FlaskClient, site: Site, anna: Volunteer, told: dict[str, Any]
) -> None:
    anna.enter(idp)
    levels, languages = told["acr_values_supported"], told["ui_locales_supported"]
    assert "code" in answer(site.authorize(idp, acr_values=" ".join(levels), prompt="none"))
    for language in languages:
        page = site.authorize(idp, ui_locales=language, prompt="login")
        assert f'<html lang="{language}">' in page.text


def test_every_algorithm_signs_id_tokens(
    idp: FlaskClient, floor: Floor, anna: Volunteer, told: dict[str, Any]
) -> None:
    keys = jose.import_key_set(idp.get("/jwks").get_json())
    for algorithm in told["id_token_signing_alg_values_supported"]:
        site = add_site(floor, is_first_party=True, id_token_algorithm=algorithm)
        token = site.connect(idp, anna)["id_token"]
        assert jose.verify_signature(token, keys, algorithms=[algorithm], typ="JWT")


def test_every_endpoint_takes_a_method(idp: FlaskClient, told: dict[str, Any]) -> None:
    """No 404 and no 5xx, whatever is missing."""
    for name, url in told.items():
        if name.endswith(("_endpoint", "jwks_uri")):
            path = url.removeprefix(ISSUER)
            statuses = {idp.get(path).status_code, idp.post(path).status_code}
            assert 404 not in statuses, name
            assert max(statuses) < 500, name


def test_what_is_not_done_is_said(told: dict[str, Any]) -> None:
    """Members that mean yes when absent, and what we leave to later."""
    assert told["request_uri_parameter_supported"] is False
    assert told["frontchannel_logout_supported"] is False
    assert told["tls_client_certificate_bound_access_tokens"] is False
    assert not {"check_session_iframe", "dpop_signing_alg_values_supported", "mtls_endpoint_aliases"} & set(
        told
    )


def test_no_unsigned_and_no_symmetric_algorithm_is_named(told: dict[str, Any]) -> None:
    named = {one for name, listed in told.items() if name.endswith(ELSEWHERE) for one in listed}
    assert not {one for one in named if one == "none" or one.startswith("HS")}
    assert "RS256" in told["request_object_signing_alg_values_supported"]


def test_operators_papers_are_named() -> None:
    papers = Papers("https://docs.test/", "https://id.test/privacy", "https://id.test/terms")
    told = metadata("https://id.test", papers)
    assert told["service_documentation"] == "https://docs.test/"
    assert (told["op_policy_uri"], told["op_tos_uri"]) == (papers.policy, papers.terms)
    assert "op_policy_uri" not in metadata("https://id.test", Papers())
