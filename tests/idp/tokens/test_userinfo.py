"""The userinfo endpoint: what it tells, and to which tokens."""

import pytest
from flask.testing import FlaskClient

from idp.kernel.crypto import jose
from idp.kernel.ground.clock import FrozenClock
from idp.kernel.work.floor import Floor
from tests.idp.cast import ALL_CLAIMS, Site, Volunteer, add_site, submit


def _ask(browser: FlaskClient, token: str) -> tuple[int, dict[str, object]]:
    response = browser.get("/userinfo", headers={"Authorization": f"Bearer {token}"})
    return response.status_code, response.get_json()


@pytest.fixture
def tokens(idp: FlaskClient, widget_site: Site, anna: Volunteer) -> dict[str, str]:
    """Tokens of the widget for Anna."""
    return widget_site.connect(idp, anna)


def test_oidcc_scope_all(idp: FlaskClient, floor: Floor, anna: Volunteer) -> None:
    site = add_site(floor, is_first_party=True)
    token = site.connect(idp, anna, scope="openid profile email phone address")["access_token"]
    told = _ask(idp, token)[1]
    assert {k: told[k] for k in ALL_CLAIMS} == ALL_CLAIMS
    assert (told["sub"], told["email"], told["email_verified"]) == (str(anna.sub), anna.email, True)
    assert isinstance(told["updated_at"], int)


def test_scope_opens_only_its_claims(idp: FlaskClient, dobro: Site, anna: Volunteer) -> None:
    token = dobro.connect(idp, anna, scope="openid email")["access_token"]
    assert set(_ask(idp, token)[1]) == {"sub", "email", "email_verified"}


def test_oidcc_userinfo_post_header(idp: FlaskClient, tokens: dict[str, str]) -> None:
    response = idp.post("/userinfo", headers={"Authorization": f"bearer {tokens['access_token']}"})
    assert response.status_code == 200


def test_b2_access_token_in_the_userinfo_body(idp: FlaskClient, tokens: dict[str, str]) -> None:
    response = idp.post("/userinfo", data={"access_token": tokens["access_token"]})
    assert (response.status_code, response.mimetype) == (200, "application/json")
    assert response.headers["Cache-Control"] == "no-store"


def test_c3_3_token_in_the_query_is_refused(idp: FlaskClient, tokens: dict[str, str]) -> None:
    assert idp.get(f"/userinfo?access_token={tokens['access_token']}").status_code == 400


def test_c3_3_two_transports_are_refused(idp: FlaskClient, tokens: dict[str, str]) -> None:
    token = tokens["access_token"]
    response = idp.post(
        "/userinfo", data={"access_token": token}, headers={"Authorization": f"Bearer {token}"}
    )
    assert response.status_code == 400


def test_missing_token_gets_a_plain_challenge(idp: FlaskClient) -> None:
    response = idp.get("/userinfo")
    assert (response.status_code, response.headers["WWW-Authenticate"]) == (401, 'Bearer realm="userinfo"')


def test_c3_2_id_token_is_no_access_token(idp: FlaskClient, tokens: dict[str, str]) -> None:
    response = idp.get("/userinfo", headers={"Authorization": f"Bearer {tokens['id_token']}"})
    assert response.status_code == 401
    assert 'error="invalid_token"' in response.headers["WWW-Authenticate"]


@pytest.mark.parametrize("token", ["", "x", "a.b.c", "ж.ж.ж", "e30.e30.", "A" * 9000])
def test_c3_1_garbage_is_refused(idp: FlaskClient, tokens: dict[str, str], token: str) -> None:
    headers = {"Authorization": b"Bearer ".decode() + token.encode().decode("latin-1")}
    assert idp.get("/userinfo", headers=headers).status_code == 401


def test_c3_1_foreign_key_is_refused(idp: FlaskClient, tokens: dict[str, str]) -> None:
    kid = next(k["kid"] for k in idp.get("/jwks").get_json()["keys"] if k["alg"] == "ES256")
    claims = {"iss": "https://id.igrajdanin.test", "aud": "https://widget.igrajdanin.test", "sub": "x"}
    forged = jose.sign({**claims, "exp": 2**33}, jose.generate_key("ES256", kid), "ES256", typ="at+jwt")
    assert _ask(idp, forged)[0] == 401


def test_token_ends_after_five_minutes(
    idp: FlaskClient, widget_site: Site, anna: Volunteer, frozen: FrozenClock
) -> None:
    told = widget_site.connect(idp, anna)
    assert told["expires_in"] == 300
    frozen.tick(seconds=331)
    assert _ask(idp, told["access_token"])[0] == 401


def test_token_ends_with_the_session(idp: FlaskClient, tokens: dict[str, str]) -> None:
    submit(idp, "/logout")
    assert _ask(idp, tokens["access_token"])[0] == 401


def test_c9_6_withdrawal_ends_the_token(idp: FlaskClient, dobro: Site, anna: Volunteer) -> None:
    from tests.idp.cast import form_of

    token = dobro.connect(idp, anna)["access_token"]
    hidden = form_of(idp.get("/account")).hidden
    idp.post("/account/sites/withdraw", data={**hidden, "site": "dobro"})
    assert _ask(idp, token)[0] == 401
    assert 'id="consent-form"' in dobro.authorize(idp).text


def test_c10_6_path_confusion_finds_nothing(idp: FlaskClient) -> None:
    response = idp.get("/userinfo/x.css")
    assert (response.status_code, response.headers["Cache-Control"]) == (404, "no-store")
