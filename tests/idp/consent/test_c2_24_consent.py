"""Spec C2.24 and C6.6: a consent is given by the person asked, on the page shown, for the site shown."""

from flask.testing import FlaskClient

from idp.kernel.work.floor import Floor
from tests.idp.cast import Site, Volunteer, add_person, add_site, answer, follow, form_of, submit_page


def test_page_shows_site_scopes_and_host(idp: FlaskClient, dobro: Site, anna: Volunteer) -> None:
    anna.enter(idp)
    page = dobro.authorize(idp, ui_locales="en", scope="openid email").text
    assert "Volunteers" in page
    assert "dobro.test" in page
    assert "your e-mail address" in page
    assert "postal" not in page


def test_c2_24_form_of_one_site_cannot_approve_another(
    idp: FlaskClient, floor: Floor, dobro: Site, anna: Volunteer
) -> None:
    greedy = add_site(floor, Site("greedy", "s", "https://greedy.test/cb"))
    anna.enter(idp)
    harmless, wanted = form_of(dobro.authorize(idp)), form_of(greedy.authorize(idp))
    swapped = {**harmless.hidden, "visit": wanted.hidden["visit"], "decision": "allow"}
    assert idp.post("/consent", data=swapped).status_code == 410
    assert answer(greedy.authorize(idp, prompt="none"))["error"] == "consent_required"


def test_form_of_another_person_is_refused(
    idp: FlaskClient, floor: Floor, dobro: Site, anna: Volunteer
) -> None:
    boris = add_person(floor, "boris@example.ru")
    anna.enter(idp)
    shown = form_of(dobro.authorize(idp)).hidden
    boris.enter(idp)
    fresh = form_of(idp.get("/account")).hidden
    response = idp.post("/consent", data={**shown, **fresh, "decision": "allow"})
    assert response.status_code == 410


def test_consent_by_get_is_impossible(idp: FlaskClient, dobro: Site, anna: Volunteer) -> None:
    anna.enter(idp)
    page = dobro.authorize(idp)
    idp.get(f"/consent?visit={form_of(page).hidden['visit']}&decision=allow")
    assert answer(dobro.authorize(idp, prompt="none"))["error"] == "consent_required"


def test_no_decision_is_a_denial(idp: FlaskClient, dobro: Site, anna: Volunteer) -> None:
    anna.enter(idp)
    assert answer(follow(idp, submit_page(idp, dobro.authorize(idp))))["error"] == "access_denied"


def test_more_scopes_ask_again(idp: FlaskClient, dobro: Site, anna: Volunteer) -> None:
    dobro.connect(idp, anna, scope="openid email")
    assert 'id="consent-form"' in dobro.authorize(idp, scope="openid phone").text
    assert "code" in answer(dobro.authorize(idp, scope="openid email"))
