"""What real client libraries have taught (spec B), each need as a test of its own.

B10 and B11 are in `tests/interop`, where libraries meet a running provider; B6, B7 and B8 are beside
what they are about.
"""

import base64
import json

from flask.testing import FlaskClient

from tests.idp.cast import CHALLENGE, ISSUER, Site, Volunteer, answer, follow, submit_page


def test_b2_userinfo_takes_the_token_in_the_body(idp: FlaskClient, dobro: Site, anna: Volunteer) -> None:
    """pyoidc sends it so."""
    tokens = dobro.connect(idp, anna)
    told = idp.post("/userinfo", data={"access_token": tokens["access_token"]})
    assert (told.status_code, told.get_json()["sub"]) == (200, str(anna.sub))


def test_b4_issuer_is_one_text_everywhere(idp: FlaskClient, dobro: Site, anna: Volunteer) -> None:
    """Ten of sixteen libraries stop when a slash is more or less."""
    tokens = dobro.connect(idp, anna)
    metadata = idp.get("/.well-known/openid-configuration").get_json()
    answered = answer(dobro.authorize(idp))
    spoken = [metadata, answered, claims_of(tokens["id_token"]), claims_of(tokens["access_token"])]
    assert {one.get("issuer") or one["iss"] for one in spoken} == {ISSUER}
    assert not ISSUER.endswith("/")


def test_b5_answer_and_refusal_name_the_issuer(idp: FlaskClient, dobro: Site, anna: Volunteer) -> None:
    metadata = idp.get("/.well-known/openid-configuration").get_json()
    assert metadata["authorization_response_iss_parameter_supported"] is True
    refused = answer(dobro.authorize(idp, prompt="none"))
    assert (refused["error"], refused["iss"]) == ("login_required", ISSUER)
    dobro.connect(idp, anna)
    assert answer(dobro.authorize(idp, prompt="none"))["iss"] == ISSUER


def test_b9_after_a_form_the_redirect_is_303(idp: FlaskClient, dobro: Site, anna: Volunteer) -> None:
    """A 307 would carry the password on to the next stop (RFC 9700 §4.12)."""
    request = {
        "client_id": dobro.client_id, "redirect_uri": dobro.redirect_uri, "response_type": "code",
        "scope": "openid", "code_challenge": CHALLENGE, "code_challenge_method": "S256",
    }  # fmt: skip
    asked = idp.post("/authorize", data=request)
    signed_in = submit_page(idp, dobro.authorize(idp), login=anna.email, password=anna.password)
    allowed = submit_page(idp, follow(idp, signed_in), decision="allow")
    hint = dobro.connect(idp, anna)["id_token"]
    signed_out = idp.post("/logout", data={"id_token_hint": hint})
    assert [one.status_code for one in (asked, signed_in, allowed, signed_out)] == [303] * 4


def claims_of(token: str) -> dict[str, str]:
    """Read a token without checking it: the test asks what it says."""
    part = token.split(".")[1]
    claims: dict[str, str] = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    return claims
