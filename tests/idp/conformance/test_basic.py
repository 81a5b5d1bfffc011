"""OpenID Foundation's plans Basic and Form post Basic, module by module; each test runs in both modes."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from idp.kernel.crypto import jose
from idp.kernel.ground.clock import FrozenClock
from idp.kernel.work.floor import Floor
from idp.tokens import CLAIMS_OF_SCOPE
from tests.idp.cast import ISSUER, Site, Volunteer, add_site, answer, claims_of, follow, submit_page
from tests.idp.outside import Outside


def _userinfo(browser: FlaskClient, tokens: dict[str, Any]) -> dict[str, Any]:
    told = browser.get("/userinfo", headers={"Authorization": f"Bearer {tokens['access_token']}"})
    assert (told.status_code, told.mimetype) == (200, "application/json")
    body: dict[str, Any] = told.get_json()
    return body


def test_oidcc_server(idp: FlaskClient, site: Site, anna: Volunteer, frozen: FrozenClock) -> None:
    anna.enter(idp)
    page = follow(idp, submit_page(idp, site.authorize(idp), decision="allow"))
    sent = answer(page)
    assert {name: value for name, value in sent.items() if name != "code"} == {"state": "st", "iss": ISSUER}
    assert len(sent["code"]) >= 43  # 256 bits in base64url
    tokens = site.redeem(idp, sent["code"]).get_json()
    told, now = claims_of(tokens["id_token"]), int(frozen.at.timestamp())
    assert (told["iss"], told["aud"], told["nonce"], told["sub"]) == (ISSUER, "dobro", "no", str(anna.sub))
    assert told["iat"] == now < told["exp"]
    assert tokens["token_type"] == "Bearer"
    assert tokens["expires_in"] > 0
    assert not {"name", "email"} & set(told)
    assert _userinfo(idp, tokens)["sub"] == told["sub"]


def test_oidcc_response_type_missing(idp: FlaskClient, site: Site) -> None:
    sent = answer(site.authorize(idp, response_type=None))
    assert (sent["error"], sent["state"], sent["iss"]) == ("invalid_request", "st", ISSUER)


def test_oidcc_idtoken_signature(idp: FlaskClient, site: Site, anna: Volunteer) -> None:
    keys = jose.import_key_set(idp.get("/jwks").get_json())
    token = site.connect(idp, anna)["id_token"]
    assert jose.verify_signature(token, keys, algorithms=["RS256"], typ="JWT").header["alg"] == "RS256"


def test_oidcc_idtoken_rs256(idp: FlaskClient, floor: Floor, anna: Volunteer) -> None:
    keys = jose.import_key_set(idp.get("/jwks").get_json())
    token = add_site(floor, id_token_algorithm="RS256").connect(idp, anna)["id_token"]
    assert jose.verify_signature(token, keys, algorithms=["RS256"], typ="JWT").header["alg"] == "RS256"


def test_oidcc_idtoken_unsigned(idp: FlaskClient) -> None:
    told = idp.get("/.well-known/openid-configuration").get_json()
    assert "none" not in told["id_token_signing_alg_values_supported"]


def test_oidcc_userinfo_get(idp: FlaskClient, site: Site, anna: Volunteer) -> None:
    assert _userinfo(idp, site.connect(idp, anna))["sub"] == str(anna.sub)


def test_oidcc_userinfo_post_header(idp: FlaskClient, site: Site, anna: Volunteer) -> None:
    token = site.connect(idp, anna)["access_token"]
    told = idp.post("/userinfo", headers={"Authorization": f"Bearer {token}"})
    assert told.get_json()["sub"] == str(anna.sub)


def test_oidcc_userinfo_post_body(idp: FlaskClient, site: Site, anna: Volunteer) -> None:
    token = site.connect(idp, anna)["access_token"]
    assert idp.post("/userinfo", data={"access_token": token}).get_json()["sub"] == str(anna.sub)


def test_oidcc_ensure_request_without_nonce_succeeds_for_code_flow(
    idp: FlaskClient, site: Site, anna: Volunteer
) -> None:
    assert "nonce" not in claims_of(site.connect(idp, anna, nonce=None)["id_token"])


def _check_scope(browser: FlaskClient, site: Site, person: Volunteer, *scopes: str) -> None:
    told = _userinfo(browser, site.connect(browser, person, scope=" ".join(["openid", *scopes])))
    assert set(told) == {"sub", *(claim for scope in scopes for claim in CLAIMS_OF_SCOPE[scope])}


def test_oidcc_scope_profile(idp: FlaskClient, site: Site, anna: Volunteer) -> None:
    _check_scope(idp, site, anna, "profile")


def test_oidcc_scope_email(idp: FlaskClient, site: Site, anna: Volunteer) -> None:
    _check_scope(idp, site, anna, "email")


def test_oidcc_scope_address(idp: FlaskClient, site: Site, anna: Volunteer) -> None:
    _check_scope(idp, site, anna, "address")


def test_oidcc_scope_phone(idp: FlaskClient, site: Site, anna: Volunteer) -> None:
    _check_scope(idp, site, anna, "phone")


def test_oidcc_scope_all(idp: FlaskClient, site: Site, anna: Volunteer) -> None:
    _check_scope(idp, site, anna, "profile", "email", "address", "phone")


def test_oidcc_alternate_happy_flow(idp: FlaskClient, site: Site, anna: Volunteer) -> None:
    anna.enter(idp)
    path, _, query = site.url(scope="email profile openid").partition("?")
    page = follow(idp, idp.get(f"{path}?{'&'.join(reversed(query.split('&')))}"))
    assert "code" in answer(follow(idp, submit_page(idp, page, decision="allow")))


def test_oidcc_display_page(idp: FlaskClient, site: Site, anna: Volunteer) -> None:
    assert site.connect(idp, anna, display="page")


def test_oidcc_display_popup(idp: FlaskClient, site: Site, anna: Volunteer) -> None:
    assert site.connect(idp, anna, display="popup")


def test_oidcc_prompt_login(idp: FlaskClient, site: Site, anna: Volunteer, frozen: FrozenClock) -> None:
    first = claims_of(site.connect(idp, anna)["id_token"])
    frozen.tick(seconds=5)
    page = site.authorize(idp, prompt="login")
    assert 'id="signin-form"' in page.text
    page = follow(idp, submit_page(idp, page, login=anna.email, password=anna.password))
    second = claims_of(site.redeem(idp, answer(page)["code"]).get_json()["id_token"])
    assert second["auth_time"] > first["auth_time"]


def test_oidcc_prompt_none_not_logged_in(idp: FlaskClient, site: Site) -> None:
    sent = answer(site.authorize(idp, prompt="none"))
    assert (sent["error"], sent["state"], sent["iss"]) == ("login_required", "st", ISSUER)


def test_oidcc_prompt_none_logged_in(
    idp: FlaskClient, site: Site, anna: Volunteer, frozen: FrozenClock
) -> None:
    first = claims_of(site.connect(idp, anna)["id_token"])
    frozen.tick(seconds=100)
    second = claims_of(site.connect(idp, anna, prompt="none")["id_token"])
    assert (first["sub"], first["auth_time"]) == (second["sub"], second["auth_time"])


def test_oidcc_max_age_1(idp: FlaskClient, site: Site, anna: Volunteer, frozen: FrozenClock) -> None:
    first = claims_of(site.connect(idp, anna)["id_token"])
    frozen.tick(seconds=2)
    page = site.authorize(idp, max_age="1")
    assert 'id="signin-form"' in page.text
    page = follow(idp, submit_page(idp, page, login=anna.email, password=anna.password))
    second = claims_of(site.redeem(idp, answer(page)["code"]).get_json()["id_token"])
    assert second["auth_time"] > first["auth_time"]


def test_oidcc_max_age_10000(idp: FlaskClient, site: Site, anna: Volunteer, frozen: FrozenClock) -> None:
    first = claims_of(site.connect(idp, anna, max_age="15000")["id_token"])
    frozen.tick(seconds=60)
    second = claims_of(site.connect(idp, anna, max_age="10000", prompt="none")["id_token"])
    assert first["auth_time"] == second["auth_time"]


def test_oidcc_ensure_request_with_unknown_parameter_succeeds(
    idp: FlaskClient, site: Site, anna: Volunteer
) -> None:
    assert site.connect(idp, anna, extra="foobar")


def test_oidcc_id_token_hint(idp: FlaskClient, site: Site, anna: Volunteer) -> None:
    first = site.connect(idp, anna)["id_token"]
    second = site.connect(idp, anna, prompt="none", id_token_hint=first)["id_token"]
    assert claims_of(first)["sub"] == claims_of(second)["sub"]


def test_oidcc_login_hint(idp: FlaskClient, site: Site) -> None:
    page = site.authorize(idp, login_hint='buffy@"><b>')
    assert 'value="buffy@&#34;&gt;&lt;b&gt;"' in page.text


@pytest.mark.parametrize(("tags", "lang"), [("en-GB ru", "en"), ("ru", "ru"), ("se", "ru")])
def test_oidcc_ui_locales(idp: FlaskClient, dobro: Site, tags: str, lang: str) -> None:
    assert f'<html lang="{lang}">' in dobro.authorize(idp, ui_locales=tags).text


def test_oidcc_claims_locales(idp: FlaskClient, site: Site, anna: Volunteer) -> None:
    assert site.connect(idp, anna, claims_locales="se")


def test_oidcc_ensure_request_with_acr_values_succeeds(idp: FlaskClient, site: Site, anna: Volunteer) -> None:
    told = claims_of(site.connect(idp, anna, acr_values="L1 L0")["id_token"])
    assert told["acr"] in ("L1", "L0")


def test_oidcc_codereuse(idp: FlaskClient, site: Site, anna: Volunteer) -> None:
    site.connect(idp, anna)
    code = site.code(idp)
    assert site.redeem(idp, code).status_code == 200
    again = site.redeem(idp, code)
    assert (again.status_code, again.get_json()["error"]) == (400, "invalid_grant")


def test_oidcc_codereuse_30seconds(
    idp: FlaskClient, site: Site, anna: Volunteer, frozen: FrozenClock
) -> None:
    site.connect(idp, anna)
    code = site.code(idp)
    tokens = site.redeem(idp, code).get_json()
    frozen.tick(seconds=30)
    again = site.redeem(idp, code)
    assert (again.status_code, again.get_json()["error"]) == (400, "invalid_grant")
    dead = idp.get("/userinfo", headers={"Authorization": f"Bearer {tokens['access_token']}"})
    assert dead.status_code == 401


def test_oidcc_ensure_registered_redirect_uri(idp: FlaskClient, site: Site) -> None:
    _is_error_page(idp, site.url(redirect_uri="https://dobro.test/other"))


def test_oidcc_redirect_uri_query_added(idp: FlaskClient, site: Site) -> None:
    _is_error_page(idp, site.url(redirect_uri=f"{site.redirect_uri}?foo=bar"))


def test_oidcc_redirect_uri_query_mismatch(idp: FlaskClient, floor: Floor) -> None:
    site = add_site(floor, Site(redirect_uri="https://dobro.test/cb?foo=bar"))
    _is_error_page(idp, site.url(redirect_uri="https://dobro.test/cb?bar=foo"))


def test_oidcc_redirect_uri_query_ok(idp: FlaskClient, floor: Floor, anna: Volunteer) -> None:
    site = add_site(floor, Site(redirect_uri="https://dobro.test/cb?foo=bar"), is_first_party=True)
    anna.enter(idp)
    assert site.authorize(idp).headers["Location"].startswith("https://dobro.test/cb?foo=bar&code=")


def test_oidcc_ensure_redirect_uri_in_authorization_request(idp: FlaskClient, floor: Floor) -> None:
    site = add_site(floor, redirect_uris=["https://dobro.test/cb", "https://dobro.test/cb2"])
    _is_error_page(idp, site.url(redirect_uri=None))


def _is_error_page(browser: FlaskClient, url: str) -> None:
    page = browser.get(url)
    assert (page.status_code, page.headers.get("Location")) == (400, None)
    assert 'data-code="redirect-uri-not-registered"' in page.text
    assert "answer-form" not in page.text


def test_oidcc_ensure_post_request_succeeds(idp: FlaskClient, site: Site, anna: Volunteer) -> None:
    """A foreign form brings no cookies along; the GET after it does."""
    anna.enter(idp)
    query = site.url().partition("?")[2]
    parked = idp.post(
        "/authorize",
        data=query,
        content_type="application/x-www-form-urlencoded",
        headers={"Origin": "https://dobro.test", "Sec-Fetch-Site": "cross-site"},
    )
    assert parked.status_code == 303
    page = follow(idp, parked)
    assert "code" in answer(follow(idp, submit_page(idp, page, decision="allow")))


def test_oidcc_server_client_secret_post(idp: FlaskClient, site: Site, anna: Volunteer) -> None:
    """`Site.redeem` sends the secret in the form; Basic is the other one of spec B1."""
    assert site.connect(idp, anna)["id_token"]


def test_oidcc_unsigned_request_object_supported_correctly_or_rejected_as_unsupported(
    idp: FlaskClient, site: Site
) -> None:
    """Signed ones are supported and `none` is not among the algorithms, so it is refused and not ignored."""
    sent = answer(idp.get(site.url(request="eyJhbGciOiJub25lIn0.e30.")))
    assert sent["error"] == "invalid_request_object"
    told = idp.get("/.well-known/openid-configuration").get_json()
    assert "none" not in told["request_object_signing_alg_values_supported"]


def test_oidcc_claims_essential(idp: FlaskClient, site: Site, anna: Volunteer) -> None:
    claims = '{"userinfo":{"name":{"essential":true}}}'
    tokens = site.connect(idp, anna, scope="openid", claims=claims)
    assert _userinfo(idp, tokens) == {"sub": str(anna.sub), "name": "Анна Орлова"}
    assert "name" not in claims_of(tokens["id_token"])


def test_oidcc_ensure_request_with_valid_pkce_succeeds(idp: FlaskClient, site: Site, anna: Volunteer) -> None:
    assert site.connect(idp, anna)["access_token"]


def _is_refused_request_uri(browser: FlaskClient, site: Site, uri: str) -> None:
    """`request_uri` names pushed requests alone, discovery says so, and no address is ever fetched."""
    assert answer(browser.get(site.url(request_uri=uri)))["error"] == "request_uri_not_supported"
    told = browser.get("/.well-known/openid-configuration").get_json()
    assert told["request_uri_parameter_supported"] is False


def test_oidcc_request_uri_unsigned_supported_correctly_or_rejected_as_unsupported(
    idp: FlaskClient, outside: Outside, site: Site
) -> None:
    _is_refused_request_uri(idp, site, "https://dobro.test/request.jwt")
    assert outside.fetched == []


def test_oidcc_request_uri_unsigned(idp: FlaskClient, outside: Outside, dobro: Site) -> None:
    _is_refused_request_uri(idp, dobro, "https://dobro.test/request.jwt#digest")
    assert outside.fetched == []


def test_oidcc_request_uri_signed_rs256(idp: FlaskClient, outside: Outside, dobro: Site) -> None:
    outside.documents["https://dobro.test/request.jwt"] = b"a signed one"
    _is_refused_request_uri(idp, dobro, "https://dobro.test/request.jwt")
    assert outside.fetched == []
