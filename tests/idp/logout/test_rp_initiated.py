"""OpenID Connect RP-Initiated Logout, module by module of the certification suite, and spec C6.7."""

from urllib.parse import urlencode

import pytest
from flask.testing import FlaskClient

from idp.kernel.crypto import jose
from idp.kernel.ground.clock import FrozenClock
from idp.kernel.work.floor import Floor
from tests.idp.cast import Site, Volunteer, add_person, add_site, answer, form_of, submit

BACK = "https://dobro.test/bye?keep=1"


@pytest.fixture
def site(idp: FlaskClient, floor: Floor) -> Site:
    """A client with an address to return to after signing out."""
    return add_site(floor, is_first_party=True, post_logout_redirect_uris=[BACK])


@pytest.fixture
def hint(idp: FlaskClient, site: Site, anna: Volunteer) -> str:
    """Anna's ID token; she is signed in."""
    return str(site.connect(idp, anna)["id_token"])


def _is_signed_in(browser: FlaskClient) -> bool:
    return browser.get("/account").status_code == 200


def test_oidcc_rp_initiated_logout(idp: FlaskClient, site: Site, hint: str) -> None:
    response = idp.get(
        "/logout?" + urlencode({"id_token_hint": hint, "post_logout_redirect_uri": BACK, "state": "a b&c"})
    )
    assert response.headers["Location"] == BACK + "&state=a%20b%26c"
    assert answer(site.authorize(idp, prompt="none"))["error"] == "login_required"


def test_oidcc_rp_initiated_logout_no_state(idp: FlaskClient, hint: str) -> None:
    response = idp.get("/logout?" + urlencode({"id_token_hint": hint, "post_logout_redirect_uri": BACK}))
    assert response.headers["Location"] == BACK


def test_foreign_post_without_cookies_signs_out(
    idp: FlaskClient, other_browser: FlaskClient, hint: str
) -> None:
    """SameSite=Lax keeps the cookie home on a foreign form, so the session is found by the hint's sid."""
    sent = {"id_token_hint": hint, "post_logout_redirect_uri": BACK}
    response = other_browser.post("/logout", data=sent, headers={"Origin": "https://dobro.test"})
    assert response.headers["Location"] == BACK
    assert not _is_signed_in(idp)


WRONG_GOALS = ["https://evil.test/", BACK + "&x=1", "https://dobro.test/bye", "//dobro.test/bye", "x"]


@pytest.mark.parametrize("goal", WRONG_GOALS)
def test_oidcc_rp_initiated_logout_bad_post_logout_redirect_uri(
    idp: FlaskClient, hint: str, goal: str
) -> None:
    response = idp.get("/logout?" + urlencode({"id_token_hint": hint, "post_logout_redirect_uri": goal}))
    assert (response.status_code, response.headers.get("Location")) == (200, None)
    assert 'id="logout-confirm"' in response.text
    assert _is_signed_in(idp)


def test_oidcc_rp_initiated_logout_no_id_token_hint(idp: FlaskClient, hint: str) -> None:
    response = idp.get("/logout?" + urlencode({"post_logout_redirect_uri": BACK, "client_id": "dobro"}))
    assert response.headers.get("Location") is None
    assert _is_signed_in(idp)


def test_oidcc_rp_initiated_logout_bad_id_token_hint(idp: FlaskClient, hint: str, anna: Volunteer) -> None:
    kid = idp.get("/jwks").get_json()["keys"][0]["kid"]
    claims = {"iss": "https://id.igrajdanin.test", "sub": str(anna.sub), "aud": "dobro"}
    forged = jose.sign(claims, jose.generate_key("RS256", kid), "RS256", typ="JWT")
    response = idp.get("/logout?" + urlencode({"id_token_hint": forged, "post_logout_redirect_uri": BACK}))
    assert response.headers.get("Location") is None
    assert _is_signed_in(idp)


def test_oidcc_rp_initiated_logout_modified_id_token_hint(idp: FlaskClient, hint: str) -> None:
    unsigned = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0." + hint.split(".")[1] + "."
    response = idp.get("/logout?" + urlencode({"id_token_hint": unsigned, "post_logout_redirect_uri": BACK}))
    assert response.headers.get("Location") is None
    assert _is_signed_in(idp)


def test_oidcc_rp_initiated_logout_no_params(idp: FlaskClient, hint: str) -> None:
    assert 'id="logout-confirm"' in idp.get("/logout").text
    assert _is_signed_in(idp)
    response = submit(idp, "/logout")
    assert 'id="signed-out"' in idp.get(response.headers["Location"]).text
    assert not _is_signed_in(idp)


def test_oidcc_rp_initiated_logout_only_state(idp: FlaskClient, hint: str) -> None:
    response = submit(idp, "/logout?state=only")
    assert 'id="signed-out"' in idp.get(response.headers["Location"]).text
    assert not _is_signed_in(idp)


def test_oidcc_rp_initiated_logout_query_added_to_post_logout_redirect_uri(
    idp: FlaskClient, hint: str
) -> None:
    goal = BACK + "&foo=bar"
    response = idp.get("/logout?" + urlencode({"id_token_hint": hint, "post_logout_redirect_uri": goal}))
    assert (response.status_code, response.headers.get("Location")) == (200, None)
    assert _is_signed_in(idp)


def test_oidcc_rp_initiated_logout_discovery_endpoint_verification(idp: FlaskClient) -> None:
    told = idp.get("/.well-known/openid-configuration").get_json()
    assert told["end_session_endpoint"].startswith("https://")


def test_b8_hint_and_address_are_enough(idp: FlaskClient, hint: str) -> None:
    sent = {"id_token_hint": hint, "post_logout_redirect_uri": BACK, "state": "ы&=#"}
    response = idp.get("/logout?" + urlencode(sent))
    assert response.headers["Location"] == BACK + "&state=%D1%8B%26%3D%23"


def test_hint_of_long_ago_is_good(idp: FlaskClient, hint: str, frozen: FrozenClock) -> None:
    frozen.tick(days=20)
    response = idp.get("/logout?" + urlencode({"id_token_hint": hint, "post_logout_redirect_uri": BACK}))
    assert response.headers["Location"] == BACK


def test_question_says_who_and_which_site(idp: FlaskClient, hint: str) -> None:
    page = idp.get("/logout?client_id=dobro&ui_locales=en")
    assert '<html lang="en">' in page.text
    assert "Volunteers" in page.text
    assert "anna@example.ru" in page.text


def test_site_without_hint_gets_a_link_and_no_redirect(idp: FlaskClient, hint: str) -> None:
    asked = urlencode({"client_id": "dobro", "post_logout_redirect_uri": BACK, "state": "a b"})
    response = submit(idp, f"/logout?{asked}")
    assert response.headers["Location"].startswith("/logout/done?")
    assert f'href="{BACK}&amp;state=a%20b"' in idp.get(response.headers["Location"]).text


def test_c6_17_no_link_to_an_address_of_nobody(idp: FlaskClient, hint: str) -> None:
    asked = urlencode({"client_id": "dobro", "post_logout_redirect_uri": "https://evil.test/"})
    assert "evil.test" not in idp.get(f"/logout/done?{asked}").text.partition("<footer")[0]


def test_oidcc_rp_initiated_logout_no_post_logout_redirect_uri(idp: FlaskClient, hint: str) -> None:
    response = idp.get("/logout?" + urlencode({"id_token_hint": hint}))
    assert response.headers["Location"] == "/logout/done"
    assert not _is_signed_in(idp)


def test_hint_of_another_person_asks_first(
    idp: FlaskClient, other_browser: FlaskClient, floor: Floor, site: Site, hint: str
) -> None:
    boris = add_person(floor, "boris@example.ru")
    boris.enter(other_browser)
    response = other_browser.get("/logout?" + urlencode({"id_token_hint": hint}))
    assert 'id="logout-confirm"' in response.text
    assert _is_signed_in(other_browser)


def test_hint_of_another_client_asks_first(idp: FlaskClient, hint: str) -> None:
    response = idp.get("/logout?" + urlencode({"id_token_hint": hint, "client_id": "other"}))
    assert 'id="logout-confirm"' in response.text


def test_access_token_is_no_hint(idp: FlaskClient, site: Site, anna: Volunteer) -> None:
    token = site.connect(idp, anna)["access_token"]
    assert 'id="logout-confirm"' in idp.get("/logout?" + urlencode({"id_token_hint": token})).text


def test_confirmation_by_get_is_impossible(idp: FlaskClient, hint: str) -> None:
    assert idp.get("/logout/confirm").status_code == 405
    assert form_of(idp.get("/logout")).action == "/logout/confirm"
