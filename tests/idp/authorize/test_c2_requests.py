"""Spec C2.7 to C2.25 at the authorization endpoint."""

import json
from urllib.parse import quote, urlencode

import pytest
from flask.testing import FlaskClient

from idp.kernel.work.floor import Floor
from tests.idp.cast import CHALLENGE, Site, Volunteer, add_site, answer, follow

CASES = {
    "c2_7_plain": ({"code_challenge_method": "plain"}, "invalid_request"),
    "c2_7_no_method": ({"code_challenge_method": None}, "invalid_request"),
    "c2_9_no_challenge": ({"code_challenge": None, "code_challenge_method": None}, "invalid_request"),
    "method_without_challenge": ({"code_challenge": None}, "invalid_request"),
    "short_challenge": ({"code_challenge": "abc"}, "invalid_request"),
    "c2_15_token": ({"response_type": "token"}, "unsupported_response_type"),
    "c2_15_id_token": ({"response_type": "id_token"}, "unsupported_response_type"),
    "c2_15_hybrid": ({"response_type": "code id_token"}, "unsupported_response_type"),
    "c2_15_code_code": ({"response_type": "code code"}, "unsupported_response_type"),
    "oidcc_response_type_missing": ({"response_type": None}, "invalid_request"),
    "c2_15_fragment": ({"response_mode": "fragment"}, "invalid_request"),
    "c2_19_none_login": ({"prompt": "none login"}, "invalid_request"),
    "unknown_prompt": ({"prompt": "dance"}, "invalid_request"),
    "c2_20_negative": ({"max_age": "-1"}, "invalid_request"),
    "c2_20_text": ({"max_age": "soon"}, "invalid_request"),
    "c2_20_huge": ({"max_age": "9" * 400}, "invalid_request"),
    "c2_20_other_digits": ({"max_age": "١٢"}, "invalid_request"),
    "c2_21_no_json": ({"claims": "{"}, "invalid_request"),
    "c2_21_no_object": ({"claims": "[]"}, "invalid_request"),
    "c2_21_userinfo_no_object": ({"claims": '{"userinfo": 5}'}, "invalid_request"),
    "c2_21_deep": ({"claims": "[" * 5000}, "invalid_request"),
    "c2_21_long": ({"claims": json.dumps({"userinfo": {"x" * 300_000: None}})}, "invalid_request"),
    "c2_22_request": ({"request": "eyJhbGciOiJub25lIn0.e30."}, "invalid_request_object"),
    "c2_22_request_uri": ({"request_uri": "https://evil.test/r"}, "request_uri_not_supported"),
    "c2_22_unknown_pushed_request": (
        {"request_uri": "urn:ietf:params:oauth:request_uri:x"},
        "invalid_request_uri",
    ),
    "c2_23_no_scope": ({"scope": None}, "invalid_scope"),
    "c2_23_unknown_scope": ({"scope": "everything"}, "invalid_scope"),
    "forged_hint": ({"id_token_hint": "a.b.c"}, "invalid_request"),
}


@pytest.mark.parametrize("case", CASES)
def test_wrong_request_returns_to_the_site(idp: FlaskClient, dobro: Site, case: str) -> None:
    changes, error = CASES[case]
    sent = answer(idp.get(dobro.url(**changes)))
    assert (sent["error"], sent["state"], sent["iss"]) == (error, "st", "https://id.igrajdanin.test")
    assert "code" not in sent


@pytest.mark.parametrize("name", ["state", "nonce", "scope", "response_type", "code_challenge", "extra"])
def test_c2_16_duplicates_are_refused(idp: FlaskClient, dobro: Site, name: str) -> None:
    sent = answer(idp.get(dobro.url(extra="1") + f"&{name}=again"))
    assert sent["error"] == "invalid_request"


def test_c2_8_public_client_needs_challenge(idp: FlaskClient, widget_site: Site) -> None:
    sent = answer(idp.get(widget_site.url(code_challenge=None, code_challenge_method=None)))
    assert sent["error"] == "invalid_request"


def test_public_client_cannot_opt_out_of_pkce(idp: FlaskClient, floor: Floor) -> None:
    site = add_site(floor, Site("app", None), require_pkce=False)
    assert (
        answer(idp.get(site.url(code_challenge=None, code_challenge_method=None)))["error"]
        == "invalid_request"
    )


def test_client_without_pkce_gets_a_code(idp: FlaskClient, floor: Floor, anna: Volunteer) -> None:
    site = add_site(floor, require_pkce=False, is_first_party=True)
    anna.enter(idp)
    code = site.code(idp, code_challenge=None, code_challenge_method=None)
    assert site.redeem(idp, code, code_verifier=None).status_code == 200


def test_client_without_pkce_may_not_use_plain(idp: FlaskClient, floor: Floor) -> None:
    site = add_site(floor, require_pkce=False)
    assert answer(idp.get(site.url(code_challenge_method="plain")))["error"] == "invalid_request"


STATES = ['"<script>&#', "a b+c%20d", "строка ✓", "x\r\nSet-Cookie: evil=1", "'quoted'", "n" * 384]


@pytest.mark.parametrize("state", STATES)
def test_c2_18_state_returns_exactly(
    idp: FlaskClient, widget_site: Site, anna: Volunteer, state: str
) -> None:
    anna.enter(idp)
    response = widget_site.authorize(idp, state=state)
    assert answer(response)["state"] == state
    assert f"state={quote(state, safe='')}" in response.headers["Location"]
    assert "Set-Cookie: evil" not in str(response.headers)


def test_nul_is_refused_without_state(idp: FlaskClient, dobro: Site) -> None:
    sent = answer(idp.get(dobro.url(state="a\0b")))
    assert (sent["error"], sent.get("state")) == ("invalid_request", None)


def test_c2_17_long_state_is_refused_not_cut(idp: FlaskClient, dobro: Site) -> None:
    response = idp.get(dobro.url(state="s" * 65_536))
    assert (response.status_code, response.headers.get("Location")) == (400, None)


def test_c2_17_too_many_parameters_are_refused(idp: FlaskClient, dobro: Site) -> None:
    extra = urlencode({f"p{n}": "1" for n in range(500)})
    assert idp.get(f"{dobro.url()}&{extra}").status_code == 400


def test_e14_foreign_post_never_approves(idp: FlaskClient, dobro: Site, anna: Volunteer) -> None:
    anna.enter(idp)
    data = {
        "client_id": "dobro", "redirect_uri": dobro.redirect_uri, "response_type": "code", "scope": "openid",
        "code_challenge": CHALLENGE, "code_challenge_method": "S256", "decision": "allow",
    }  # fmt: skip
    page = follow(idp, idp.post("/authorize", data=data, headers={"Origin": "https://evil.test"}))
    assert 'id="consent-form"' in page.text


def test_parked_request_belongs_to_its_browser(
    idp: FlaskClient, other_browser: FlaskClient, dobro: Site
) -> None:
    location = idp.get(dobro.url()).headers["Location"]
    assert idp.get(location).status_code == 200
    assert other_browser.get(location).status_code == 410


def test_parked_request_expires(idp: FlaskClient, dobro: Site, frozen: object) -> None:
    location = idp.get(dobro.url()).headers["Location"]
    frozen.tick(seconds=3601)  # type: ignore[attr-defined]
    response = idp.get(location)
    assert response.status_code == 410
    assert 'data-code="visit-over"' in response.text


def test_answered_request_gives_no_second_code(idp: FlaskClient, widget_site: Site, anna: Volunteer) -> None:
    page = widget_site.authorize(idp)
    visit = page.request.args["visit"]
    anna.sign_in(idp, f"/signin?visit={visit}")
    assert "code" in answer(idp.get(f"/authorize/resume?visit={visit}"))
    assert idp.get(f"/authorize/resume?visit={visit}").status_code == 410
