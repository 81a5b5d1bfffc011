"""When a person is asked to sign in or to agree: prompt, max_age, hints, remembered consent."""

from flask.testing import FlaskClient

from idp.kernel.crypto import jose
from idp.kernel.work.floor import Floor
from tests.idp.cast import Site, Volunteer, add_person, add_site, answer, follow, submit_page


def _claims(token: str) -> dict[str, object]:
    import base64
    import json

    payload = token.split(".")[1]
    found: dict[str, object] = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return found


def test_c2_25_prompt_none_grants_no_new_scope(idp: FlaskClient, dobro: Site, anna: Volunteer) -> None:
    dobro.connect(idp, anna, scope="openid")
    assert answer(dobro.authorize(idp, prompt="none", scope="openid email"))["error"] == "consent_required"


def test_prompt_login_cannot_be_skipped(idp: FlaskClient, widget_site: Site, anna: Volunteer) -> None:
    anna.enter(idp)
    page = widget_site.authorize(idp, prompt="login")
    again = idp.get(f"/authorize/resume?visit={page.request.args['visit']}")
    assert again.headers["Location"].startswith("/signin")


def test_hint_of_another_person_asks_to_sign_in(
    idp: FlaskClient, other_browser: FlaskClient, floor: Floor, widget_site: Site, anna: Volunteer
) -> None:
    boris = add_person(floor, "boris@example.ru")
    hint = widget_site.connect(other_browser, boris)["id_token"]
    anna.enter(idp)
    assert answer(widget_site.authorize(idp, prompt="none", id_token_hint=hint))["error"] == "login_required"
    page = widget_site.authorize(idp, id_token_hint=hint)
    page = follow(idp, submit_page(idp, page, login=anna.email, password=anna.password))
    assert answer(page)["error"] == "login_required"


def test_c3_2_access_token_is_no_hint(idp: FlaskClient, widget_site: Site, anna: Volunteer) -> None:
    token = widget_site.connect(idp, anna)["access_token"]
    assert answer(widget_site.authorize(idp, id_token_hint=token))["error"] == "invalid_request"


def test_c3_1_hint_signed_by_another_key_is_refused(
    idp: FlaskClient, widget_site: Site, anna: Volunteer
) -> None:
    kid = idp.get("/jwks").get_json()["keys"][0]["kid"]
    foreign = jose.generate_key("RS256", kid)
    forged = jose.sign(
        {"iss": "https://id.igrajdanin.test", "sub": str(anna.sub)}, foreign, "RS256", typ="JWT"
    )
    assert answer(widget_site.authorize(idp, id_token_hint=forged))["error"] == "invalid_request"


def test_consent_is_remembered(idp: FlaskClient, dobro: Site, anna: Volunteer) -> None:
    dobro.connect(idp, anna)
    assert "code" in answer(dobro.authorize(idp))


def test_prompt_consent_asks_again(idp: FlaskClient, dobro: Site, anna: Volunteer) -> None:
    dobro.connect(idp, anna)
    assert 'id="consent-form"' in dobro.authorize(idp, prompt="consent").text


def test_denial_returns_access_denied(idp: FlaskClient, dobro: Site, anna: Volunteer) -> None:
    anna.enter(idp)
    page = submit_page(idp, dobro.authorize(idp), decision="deny")
    sent = answer(follow(idp, page))
    assert (sent["error"], sent["iss"]) == ("access_denied", "https://id.igrajdanin.test")


def test_first_party_site_needs_no_consent(idp: FlaskClient, widget_site: Site, anna: Volunteer) -> None:
    anna.enter(idp)
    assert "code" in answer(widget_site.authorize(idp))


def test_code_of_closed_account_is_not_issued(
    idp: FlaskClient, floor: Floor, widget_site: Site, anna: Volunteer
) -> None:
    import sqlalchemy as sa

    from idp.accounts.models import Account
    from idp.kernel.ground import clock

    anna.enter(idp)
    with floor.db.writing() as session:
        session.execute(sa.update(Account).values(disabled_at=clock.now()))
    assert 'id="signin-form"' in widget_site.authorize(idp).text


def test_site_without_scope_openid_gets_no_id_token(idp: FlaskClient, floor: Floor, anna: Volunteer) -> None:
    site = add_site(floor, is_first_party=True)
    tokens = site.connect(idp, anna, scope="email")
    assert "id_token" not in tokens
    refused = idp.get("/userinfo", headers={"Authorization": f"Bearer {tokens['access_token']}"})
    assert refused.status_code == 403
