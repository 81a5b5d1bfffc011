"""What a site may ask of the sign-in itself: registration, a choice of account, age, resources, absence."""

import pytest
from flask.testing import FlaskClient

from idp.audit import Filter, entries
from idp.kernel.ground.clock import FrozenClock
from idp.kernel.work.floor import Floor
from tests.idp.cast import Site, Volunteer, add_person, add_site, answer, claims_of, follow, submit_page

SCOPES = ["openid", "email", "offline_access"]


def test_prompt_create_leads_to_registration(idp: FlaskClient, widget_site: Site, anna: Volunteer) -> None:
    """Initiating User Registration via OpenID Connect 1.0: also where somebody is signed in."""
    anna.enter(idp)
    page = widget_site.authorize(idp, prompt="create")
    assert 'id="register-form"' in page.text
    page = submit_page(
        idp, page, name="Вера", login="vera@example.ru", password="пять совсем несвязанных слов 7"
    )
    assert "code" in answer(follow(idp, page))


def test_who_has_an_account_signs_in_from_there(idp: FlaskClient, widget_site: Site, anna: Volunteer) -> None:
    page = widget_site.authorize(idp, prompt="create")
    page = anna.sign_in(idp, f"/signin?visit={page.request.args['visit']}")
    assert "code" in answer(follow(idp, page))


def test_prompts_are_advertised(idp: FlaskClient) -> None:
    told = idp.get("/.well-known/openid-configuration").get_json()
    assert told["prompt_values_supported"] == ["none", "login", "consent", "select_account", "create"]


def test_select_account_goes_on_as_who_is_here(idp: FlaskClient, widget_site: Site, anna: Volunteer) -> None:
    anna.enter(idp)
    page = widget_site.authorize(idp, prompt="select_account")
    assert 'id="choose-form"' in page.text
    assert "anna@example.ru" in page.text
    assert "code" in answer(follow(idp, submit_page(idp, page)))


def test_select_account_lets_another_person_in(
    idp: FlaskClient, floor: Floor, widget_site: Site, anna: Volunteer
) -> None:
    boris = add_person(floor, "boris@example.ru")
    anna.enter(idp)
    visit = widget_site.authorize(idp, prompt="select_account").request.args["visit"]
    sent = answer(follow(idp, boris.sign_in(idp, f"/signin?visit={visit}")))
    token = widget_site.redeem(idp, sent["code"]).get_json()["id_token"]
    assert claims_of(token)["sub"] == str(boris.sub)


def test_select_account_with_nobody_here_is_a_sign_in(idp: FlaskClient, widget_site: Site) -> None:
    assert 'id="signin-form"' in widget_site.authorize(idp, prompt="select_account").text


def test_choice_cannot_be_skipped(idp: FlaskClient, widget_site: Site, anna: Volunteer) -> None:
    anna.enter(idp)
    page = widget_site.authorize(idp, prompt="select_account")
    again = idp.get(f"/authorize/resume?visit={page.request.args['visit']}")
    assert again.headers["Location"].startswith("/choose-account")


def test_site_has_a_longest_age_of_its_own(
    idp: FlaskClient, floor: Floor, anna: Volunteer, frozen: FrozenClock
) -> None:
    site = add_site(floor, is_first_party=True, default_max_age=600)
    anna.enter(idp)
    frozen.tick(seconds=601)
    assert answer(site.authorize(idp, prompt="none"))["error"] == "login_required"
    assert "code" in answer(site.authorize(idp, prompt="none", max_age="3600"))


RESOURCES = {
    "api of ours": (["https://widget.igrajdanin.test"], None),
    "two of the site's": (["https://api.test/a", "urn:x:y"], None),
    "unknown": (["https://other.test"], "invalid_target"),
    "one of two unknown": (["https://api.test/a", "https://other.test"], "invalid_target"),
    "fragment": (["https://api.test/a#x"], "invalid_target"),
    "relative": (["api"], "invalid_target"),
}


@pytest.mark.parametrize("case", RESOURCES)
def test_resources_are_the_sites_own(idp: FlaskClient, floor: Floor, anna: Volunteer, case: str) -> None:
    """RFC 8707 §2."""
    asked, error = RESOURCES[case]
    allowed = ["https://api.test/a", "urn:x:y", "api", "https://api.test/a#x"]
    site = add_site(floor, is_first_party=True, resources=allowed)
    anna.enter(idp)
    query = "".join(f"&resource={one.replace('#', '%23')}" for one in asked)
    assert answer(idp.get(site.url() + query)).get("error") == error


def test_offline_access_is_asked_about_on_the_page(idp: FlaskClient, floor: Floor, anna: Volunteer) -> None:
    """OpenID Connect Core §11: a consent to less is none to this, and prompt=consent asks each time."""
    site = add_site(floor, scopes=SCOPES)
    wanted = "openid offline_access"
    site.connect(idp, anna, scope="openid")
    assert answer(site.authorize(idp, scope=wanted, prompt="none"))["error"] == "consent_required"
    page = site.authorize(idp, scope=wanted, ui_locales="en")
    assert "while you are away" in page.text
    code = answer(follow(idp, submit_page(idp, page, decision="allow")))["code"]
    assert site.redeem(idp, code).get_json()["scope"] == wanted
    assert 'id="consent-form"' in site.authorize(idp, scope=wanted, prompt="consent").text


def test_offline_access_of_our_own_site_needs_no_page(
    idp: FlaskClient, floor: Floor, anna: Volunteer
) -> None:
    site = add_site(floor, scopes=SCOPES, is_first_party=True)
    anna.enter(idp)
    code = site.code(idp, scope="openid offline_access")
    assert site.redeem(idp, code).get_json()["scope"] == "openid offline_access"


def test_app_that_another_could_pass_for_is_asked_about_each_time(
    idp: FlaskClient, floor: Floor, anna: Volunteer
) -> None:
    """RFC 8252 §8.6, be it our own app: a consent of yesterday may be another program's today."""
    uris = ["http://127.0.0.1/cb", "https://app.test/cb"]
    app = Site("app", None, "http://127.0.0.1:5000/cb")
    add_site(floor, app, application_type="native", redirect_uris=uris, is_first_party=True)
    app.connect(idp, anna)
    assert answer(app.authorize(idp, prompt="none"))["error"] == "consent_required"
    assert 'id="consent-form"' in app.authorize(idp).text
    assert "code" in answer(app.authorize(idp, redirect_uri=uris[1], prompt="none"))


def test_c10_10_consent_and_denial_are_noted(
    idp: FlaskClient, floor: Floor, dobro: Site, anna: Volunteer
) -> None:
    anna.enter(idp)
    submit_page(idp, dobro.authorize(idp), decision="deny")
    submit_page(idp, dobro.authorize(idp), decision="allow")
    with floor.db.reading() as session:
        noted = entries(session, Filter(action="consent."), limit=9)
    assert [(entry.action, entry.client_id) for entry in noted] == [
        ("consent.given", "dobro"),
        ("consent.denied", "dobro"),
    ]
