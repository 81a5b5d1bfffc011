"""Spec C1: redirect addresses are compared letter for letter; others get a page, never a redirect."""

import pytest
from flask.testing import FlaskClient

from idp.kernel.work.floor import Floor
from tests.idp.cast import Site, Volunteer, add_site, answer

WRONG = [
    "https://evil.example/cb", "//rp.example/cb", "https://rp.example.evil.example/cb",
    "https://evilrp.example/cb", "https://evil@rp.example/cb", "https://rp.example@evil.example/cb",
    "https://rp.example:80@evil.example/cb", "https://evil.example\\@rp.example/cb",
    "https://rp.example\\.evil.example/cb", "https://rp.example/cb#x", "https://rp.example/cb#",
    "https://rp.example/cb?a=b", "https://rp.example/cb?", "https://rp.example/cb/",
    "https://rp.example/cb/../evil", "https://rp.example/x/../cb", "https://rp.example/x/%2e%2e/cb",
    "https://rp.example/cb%2f..%2fevil", "https://rp.example//cb", "https://rp.example/CB",
    "HTTPS://rp.example/cb", "https://rp.example:444/cb", "https://rp.example./cb",
    "http://rp.example/cb", "https://rp.example/cb%00", "https://rp.example/cb\0",
    "https://rp.example/cb\r\nX-Evil: 1", " https://rp.example/cb", "\thttps://rp.example/cb",
    "https://rp。example/cb", "javascript:alert(1)//https://rp.example/cb", "data:text/html,x",
    "https://rp.example/*", "", "https://[::1]/cb", "http://localhost:80@evil.example/cb",
    "https://rp.example/cb" + "x" * 65_000,
]  # fmt: skip
RP = Site("rp", redirect_uri="https://rp.example/cb")


@pytest.mark.parametrize("uri", WRONG, ids=lambda uri: ascii(uri)[:40])
def test_c1_unregistered_redirect_gets_a_page(idp: FlaskClient, floor: Floor, uri: str) -> None:
    add_site(floor, RP)
    response = idp.get(RP.url(redirect_uri=uri))
    assert response.status_code == 400
    assert "Location" not in response.headers
    assert 'data-code="redirect-uri-not-registered"' in response.text or "too-long" in response.text


def test_c1_34_missing_redirect_gets_a_page(idp: FlaskClient, floor: Floor) -> None:
    add_site(floor, RP)
    assert idp.get(RP.url(redirect_uri=None)).status_code == 400


def test_c1_35_two_redirects_get_a_page(idp: FlaskClient, floor: Floor) -> None:
    add_site(floor, RP)
    response = idp.get(RP.url() + "&redirect_uri=https%3A%2F%2Frp.example%2Fcb")
    assert (response.status_code, response.headers.get("Location")) == (400, None)


def test_c1_36_array_redirect_gets_a_page(idp: FlaskClient, floor: Floor) -> None:
    add_site(floor, RP)
    response = idp.get(RP.url(redirect_uri=None) + "&redirect_uri[]=https%3A%2F%2Frp.example%2Fcb")
    assert response.status_code == 400


def test_oidcc_redirect_uri_query_ok(idp: FlaskClient, floor: Floor, anna: Volunteer) -> None:
    site = add_site(floor, Site("q", redirect_uri="https://rp.example/cb?keep=1"), is_first_party=True)
    anna.enter(idp)
    location = site.authorize(idp).headers["Location"]
    assert location.startswith("https://rp.example/cb?keep=1&code=")


@pytest.mark.parametrize("client_id", ["", "nobody", "\0", "x" * 5000])
def test_unknown_client_gets_a_page(idp: FlaskClient, dobro: Site, client_id: str) -> None:
    response = idp.get(dobro.url(client_id=client_id))
    assert (response.status_code, response.headers.get("Location")) == (400, None)


def test_page_of_refusal_does_not_echo(idp: FlaskClient, dobro: Site) -> None:
    assert "<script>" not in idp.get(dobro.url(redirect_uri="<script>alert(1)</script>")).text


def test_refusal_names_issuer_and_state(idp: FlaskClient, dobro: Site) -> None:
    sent = answer(idp.get(dobro.url(prompt="none")))
    assert sent == {
        "error": "login_required", "state": "st", "iss": "https://id.igrajdanin.test",
        "error_description": sent["error_description"],
    }  # fmt: skip
