"""Pairwise subjects and signed userinfo (OpenID Connect Core §5.3.2, §8; spec C3.12)."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from idp.kernel.crypto.jose import import_key, verify_signature
from idp.kernel.storage.sealed import reseal, sealed_columns
from idp.kernel.work.floor import Floor
from idp.tokens.subjects import Subjects
from tests.idp.cast import ISSUER, Site, Volunteer, add_site, answer

AGENCY = Site("agency", "agency-secret", "https://agency.test/cb")
BUREAU = Site("bureau", "bureau-secret", "https://bureau.test/cb")


@pytest.fixture
def agency(idp: FlaskClient, floor: Floor) -> Site:
    """A site that knows people by subjects of its sector's own."""
    return add_site(floor, AGENCY, subject_type="pairwise", sector="agency.test", is_first_party=True)


def _claims(browser: FlaskClient, token: str, typ: str = "JWT") -> dict[str, Any]:
    keys = [import_key(data) for data in browser.get("/jwks").get_json()["keys"]]
    return dict(verify_signature(token, keys, algorithms=["RS256", "ES256"], typ=typ).claims)


def _userinfo(browser: FlaskClient, token: str) -> dict[str, Any]:
    body: dict[str, Any] = browser.get("/userinfo", headers={"Authorization": f"Bearer {token}"}).get_json()
    return body


def test_pairwise_subject_is_one_everywhere_and_says_nothing(
    idp: FlaskClient, agency: Site, anna: Volunteer
) -> None:
    told = agency.connect(idp, anna, scope="openid offline_access", prompt="consent")
    sub = _claims(idp, told["id_token"])["sub"]
    fresh = agency.refresh(idp, told["refresh_token"]).get_json()
    sent = {"client_id": "agency", "client_secret": "agency-secret"}
    introspected = [
        idp.post("/introspect", data={"token": token, **sent}).get_json()["sub"]
        for token in (told["access_token"], fresh["refresh_token"])
    ]
    assert {
        _claims(idp, fresh["id_token"])["sub"], _userinfo(idp, told["access_token"])["sub"],
        _claims(idp, told["access_token"], "at+jwt")["sub"], *introspected,
    } == {sub}  # fmt: skip
    assert str(anna.sub) not in (sub, sub.replace("-", ""))
    assert len(sub) == 64


def test_c3_12_subjects_differ_between_sectors_alone(
    idp: FlaskClient, floor: Floor, agency: Site, anna: Volunteer
) -> None:
    first = _claims(idp, agency.connect(idp, anna)["id_token"])["sub"]
    for sector, is_same in (("agency.test", True), ("bureau.test", False)):
        add_site(floor, BUREAU, subject_type="pairwise", sector=sector, is_first_party=True)
        assert (_claims(idp, BUREAU.connect(idp, anna)["id_token"])["sub"] == first) is is_same


def test_c3_12_subjects_outlive_the_process(
    idp_app: Flask, floor: Floor, idp: FlaskClient, anna: Volunteer
) -> None:
    from idp.clients import find_client

    add_site(floor, AGENCY, subject_type="pairwise", sector="agency.test")
    with floor.db.reading() as session:
        client = find_client(session, "agency")
    assert client
    one, other = (Subjects(floor.db, floor.envelope).subject_for(client, anna.sub) for _ in range(2))
    assert one == other


def test_c3_12_subjects_outlive_a_change_of_the_servers_secret(
    floor: Floor, idp: FlaskClient, agency: Site, anna: Volunteer
) -> None:
    """They are made with a salt of their own; it and the families' secrets are sealed anew."""
    columns = {str(column) for column in sealed_columns(floor.db.metadata)}
    assert {"grant.refresh_secret", "subject_salt.sealed"} <= columns
    told = agency.connect(idp, anna, scope="openid offline_access", prompt="consent")
    assert reseal(floor.db, floor.db.metadata, floor.envelope).unreadable == 0
    fresh = agency.refresh(idp, told["refresh_token"]).get_json()
    assert _claims(idp, fresh["id_token"])["sub"] == _claims(idp, told["id_token"])["sub"]


def test_hint_with_a_pairwise_subject_finds_the_person(
    idp: FlaskClient, agency: Site, anna: Volunteer
) -> None:
    hint = agency.connect(idp, anna)["id_token"]
    assert "code" in answer(agency.authorize(idp, id_token_hint=hint, prompt="none"))
    response = idp.get(f"/logout?id_token_hint={hint}")
    assert response.status_code == 303
    assert answer(agency.authorize(idp, prompt="none"))["error"] == "login_required"


@pytest.mark.parametrize("algorithm", ["RS256", "ES256"])
def test_oidcc_userinfo_rs256(idp: FlaskClient, floor: Floor, anna: Volunteer, algorithm: str) -> None:
    site = add_site(floor, userinfo_algorithm=algorithm)
    token = site.connect(idp, anna)["access_token"]
    response = idp.get("/userinfo", headers={"Authorization": f"Bearer {token}"})
    assert (response.status_code, response.mimetype) == (200, "application/jwt")
    claims = _claims(idp, response.text)
    assert (claims["iss"], claims["aud"], claims["sub"]) == (ISSUER, "dobro", str(anna.sub))
    assert claims["email"] == anna.email
    assert "nonce" not in claims


def test_c3_2_signed_userinfo_is_no_hint(idp: FlaskClient, floor: Floor, anna: Volunteer) -> None:
    site = add_site(floor, userinfo_algorithm="RS256", is_first_party=True)
    token = site.connect(idp, anna)["access_token"]
    signed = idp.get("/userinfo", headers={"Authorization": f"Bearer {token}"}).text
    assert answer(site.authorize(idp, id_token_hint=signed, prompt="none"))["error"] == "invalid_request"
