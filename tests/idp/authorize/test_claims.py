"""The `claims` parameter (OpenID Connect Core §5.5): what is asked, shown and told."""

import json
from typing import Any

import pytest
from flask.testing import FlaskClient

from idp.kernel.work.floor import Floor
from tests.idp.cast import Site, Volunteer, add_person, add_site, answer, claims_of, follow, submit_page


def _asked(**places: Any) -> str:
    return json.dumps(places)


def test_consent_shows_single_claims(idp: FlaskClient, dobro: Site, anna: Volunteer) -> None:
    anna.enter(idp)
    wish = _asked(userinfo={"birthdate": {"essential": True}}, id_token={"phone_number": None})
    page = dobro.authorize(idp, scope="openid", claims=wish, ui_locales="en").text
    assert "your date of birth" in page
    assert "your telephone number" in page
    assert "your name" not in page


def test_consent_to_a_claim_is_no_consent_to_its_scope(
    idp: FlaskClient, dobro: Site, anna: Volunteer
) -> None:
    wish = _asked(userinfo={"birthdate": None})
    dobro.connect(idp, anna, scope="openid", claims=wish)
    assert "code" in answer(dobro.authorize(idp, scope="openid", claims=wish, prompt="none"))
    more = _asked(userinfo={"birthdate": None, "gender": None})
    assert answer(dobro.authorize(idp, scope="openid", claims=more, prompt="none"))["error"]
    assert answer(dobro.authorize(idp, scope="openid profile", prompt="none"))["error"]


def test_consent_to_a_scope_covers_its_claims(idp: FlaskClient, dobro: Site, anna: Volunteer) -> None:
    dobro.connect(idp, anna, scope="openid profile")
    wish = _asked(userinfo={"birthdate": None}, id_token={"name": None})
    assert "code" in answer(dobro.authorize(idp, scope="openid", claims=wish, prompt="none"))


def test_claim_of_a_scope_that_the_site_may_not_have_is_left_out(
    idp: FlaskClient, floor: Floor, anna: Volunteer
) -> None:
    site = add_site(floor, scopes=["openid", "email"])
    wish = _asked(userinfo={"phone_number": None, "email": None, "nonsense": {"essential": True}})
    token = site.connect(idp, anna, scope="openid", claims=wish)["access_token"]
    told = idp.get("/userinfo", headers={"Authorization": f"Bearer {token}"}).get_json()
    assert set(told) == {"sub", "email"}


def test_sub_of_the_person_here_is_silent(idp: FlaskClient, widget_site: Site, anna: Volunteer) -> None:
    anna.enter(idp)
    wish = _asked(id_token={"sub": {"value": str(anna.sub)}})
    assert "code" in answer(widget_site.authorize(idp, claims=wish, prompt="none"))


def test_sub_of_somebody_else_needs_their_sign_in(
    idp: FlaskClient, floor: Floor, widget_site: Site, anna: Volunteer
) -> None:
    boris = add_person(floor, "boris@example.ru")
    anna.enter(idp)
    wish = _asked(id_token={"sub": {"value": str(boris.sub)}})
    assert answer(widget_site.authorize(idp, claims=wish, prompt="none"))["error"] == "login_required"
    page = widget_site.authorize(idp, claims=wish)
    again = follow(idp, submit_page(idp, page, login=anna.email, password=anna.password))
    assert answer(again)["error"] == "login_required"


def test_two_people_at_once_are_nobody(idp: FlaskClient, widget_site: Site, anna: Volunteer) -> None:
    hint = widget_site.connect(idp, anna)["id_token"]
    wish = _asked(userinfo={"sub": {"value": "somebody else"}})
    sent = answer(widget_site.authorize(idp, claims=wish, id_token_hint=hint))
    assert sent["error"] == "login_required"


def test_essential_level_is_taken_or_refused(idp: FlaskClient, widget_site: Site, anna: Volunteer) -> None:
    anna.enter(idp)
    reached = _asked(id_token={"acr": {"essential": True, "values": ["L1"]}})
    token = widget_site.connect(idp, anna, claims=reached)["id_token"]
    assert claims_of(token)["acr"] == "L1"
    for values in (["L3"], ["gold"]):
        wish = _asked(id_token={"acr": {"essential": True, "values": values}})
        sent = answer(widget_site.authorize(idp, claims=wish))
        assert sent["error"] == "unmet_authentication_requirements"


def test_voluntary_level_is_a_wish(idp: FlaskClient, widget_site: Site, anna: Volunteer) -> None:
    anna.enter(idp)
    for wish in ({"value": "L3"}, {"values": ["gold"]}, {"essential": True}, None):
        assert "code" in answer(widget_site.authorize(idp, claims=_asked(id_token={"acr": wish})))


WRONG = [
    '{"userinfo": 5}', '{"id_token": []}', '{"userinfo": {"name": 1}}', '{"userinfo": {"name": ["x"]}}',
    '{"id_token": {"acr": {"values": "L1"}}}',
]  # fmt: skip


@pytest.mark.parametrize("wish", WRONG)
def test_c2_21_members_of_a_wrong_kind_are_refused(idp: FlaskClient, widget_site: Site, wish: str) -> None:
    assert answer(idp.get(widget_site.url(claims=wish)))["error"] == "invalid_request"


@pytest.mark.parametrize("value", [5, None, ["x"], {"x": 1}])
def test_sub_of_a_wrong_kind_is_nobody(idp: FlaskClient, widget_site: Site, value: object) -> None:
    wish = _asked(id_token={"sub": {"value": value}})
    sent = answer(idp.get(widget_site.url(claims=wish, prompt="none")))
    assert sent["error"] == "login_required"


def test_pairwise_sub_names_its_person(idp: FlaskClient, floor: Floor, anna: Volunteer) -> None:
    """A site of its own sector asks by the subject that it knows."""
    site = add_site(floor, is_first_party=True, subject_type="pairwise", sector="dobro.test")
    token = site.connect(idp, anna)["id_token"]
    own = claims_of(token)["sub"]
    assert own != str(anna.sub)
    wish = _asked(id_token={"sub": {"value": own}})
    assert "code" in answer(site.authorize(idp, claims=wish, prompt="none"))
    assert "code" in answer(site.authorize(idp, claims=wish, prompt="none", id_token_hint=token))
    other = _asked(id_token={"sub": {"value": "0" * 64}})
    assert answer(site.authorize(idp, claims=other, prompt="none"))["error"] == "login_required"
    refused = answer(site.authorize(idp, claims=other, id_token_hint=token))
    assert refused["error"] == "login_required"
