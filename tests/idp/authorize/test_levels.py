"""Levels that a site asks for by `acr_values` (RFC 9470): what the person is asked, what the site gets."""

import base64
import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, cast

import pytest
from flask.testing import FlaskClient

from idp.accounts import Person, set_level
from idp.authorize.interaction import Need, Situation, is_level_missing
from idp.clients import Client
from idp.kernel.ground import clock
from idp.kernel.ground.ids import new_id
from idp.kernel.work.floor import Floor
from idp.sessions import AuthorizationRequest, LiveSession, ParkedVisit
from tests.idp.cast import Site, Volunteer, add_person, answer, follow, submit_page
from tests.idp.secured import add_app

NOW = datetime(2026, 6, 10, 9, 0, tzinfo=UTC)


def _claims(token: str) -> dict[str, Any]:
    payload = token.split(".")[1]
    found: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return found


def _situation(
    *asked: str, level: str, is_strong: bool = False, has_factor: bool = True, **wish: Any
) -> Situation:
    proved = level if level in ("L2", "L3") else None
    person = Person(
        id=new_id(), email="a@b.ru", email_verified=level != "L0", phone="", phone_verified=False, name="",
        given_name="", family_name="", locale="ru", claims={}, updated_at=NOW, proved_level=proved,
    )  # fmt: skip
    live = LiveSession(new_id(), person.id, NOW, NOW, NOW, "", ("pwd",), NOW if is_strong else None)
    request = AuthorizationRequest("site", "https://site.test/cb", ("openid",), acr_values=asked, **wish)
    return Situation(request, cast(Client, None), None, live, person, frozenset(), NOW, has_factor)


@pytest.mark.parametrize(
    ("asked", "situation", "voluntary", "essential"),
    [
        ((), {"level": "L0"}, None, Need.OTHER_ACCOUNT),  # none of ours was named
        (("L1",), {"level": "L0"}, Need.CONFIRMATION, Need.CONFIRMATION),
        (("L1",), {"level": "L1"}, None, None),
        (("L1",), {"level": "L3"}, None, None),
        (("L2",), {"level": "L1"}, None, Need.OTHER_ACCOUNT),
        (("L2",), {"level": "L2"}, Need.FACTOR, Need.FACTOR),
        (("L2",), {"level": "L2", "is_strong": True}, None, None),
        (("L2",), {"level": "L2", "has_factor": False}, None, Need.ENROLMENT),
        (("L3", "L2"), {"level": "L2", "has_factor": False}, None, Need.ENROLMENT),
        (("L2", "L1"), {"level": "L2", "has_factor": False}, None, None),
        (("L3", "L2"), {"level": "L2"}, Need.FACTOR, Need.FACTOR),
        (("L3", "L1"), {"level": "L1"}, None, None),
        (("L1", "L2"), {"level": "L2"}, None, None),
    ],
)
def test_level_asked_for_is_sought(
    asked: tuple[str, ...], situation: dict[str, Any], voluntary: Need | None, essential: Need | None
) -> None:
    assert is_level_missing(_situation(*asked, **situation)) is voluntary
    assert is_level_missing(_situation(*asked, essential_acr=True, **situation)) is essential


def test_person_who_goes_on_without_is_not_asked_again() -> None:
    at = _situation("L2", level="L2")
    visit = ParkedVisit(
        id=new_id(), request=at.request, created_at=NOW, signed_in_at=None, consented_at=None,
        denied_at=None, stayed_below_at=NOW, chosen_at=None,
    )  # fmt: skip
    assert is_level_missing(replace(at, visit=visit)) is None
    strict = replace(at, visit=visit, request=replace(at.request, essential_acr=True))
    assert is_level_missing(strict) is Need.OTHER_ACCOUNT


def test_silent_client_is_answered_with_what_there_is() -> None:
    assert is_level_missing(_situation("L2", level="L2", prompt=("none",))) is None


def test_oidcc_ensure_request_with_acr_values_succeeds(
    idp: FlaskClient, widget_site: Site, anna: Volunteer
) -> None:
    told = _claims(widget_site.connect(idp, anna, acr_values="L3 L2 L1 L0")["id_token"])
    assert (told["acr"], told["amr"]) == ("L1", ["pwd"])
    assert _claims(widget_site.connect(idp, anna, acr_values="1 2")["id_token"])["acr"] == "L1"


def test_password_alone_never_tells_a_verified_identity(
    idp: FlaskClient, floor: Floor, widget_site: Site, anna: Volunteer
) -> None:
    with floor.db.writing() as session:
        set_level(session, anna.sub, "L3", how="passport, in person", now=clock.now())
    assert _claims(widget_site.connect(idp, anna, acr_values="L3")["id_token"])["acr"] == "L1"


def test_unconfirmed_person_is_asked_to_open_the_letter(
    idp: FlaskClient, floor: Floor, widget_site: Site, anna: Volunteer
) -> None:
    guest = add_person(floor, "guest@example.ru", is_verified=False, claims={})
    page = widget_site.authorize(idp, acr_values="L1")
    page = follow(idp, submit_page(idp, page, login=guest.email, password=guest.password))
    assert 'id="confirmation"' in page.text
    again = submit_page(idp, page)
    assert 'id="done"' in again.text
    visit = page.request.args["visit"]
    hidden = {"csrf_token": page.text.split('name="csrf_token" value="')[1].split('"')[0], "visit": visit}
    sent = answer(follow(idp, idp.post("/stay-below", data=hidden)))
    assert "code" in sent


def _ask(site: Site, *levels: str, **changes: str) -> str:
    """Give the address of a request for which only these levels will do (OpenID Connect Core §5.5.1.1)."""
    wish = {"id_token": {"acr": {"essential": True, "values": levels}}}
    return site.url(claims=json.dumps(wish), **changes)


def _prove_residence(floor: Floor, person: Volunteer) -> None:
    with floor.db.writing() as session:
        set_level(session, person.sub, "L2", how="in person", now=clock.now())


def test_level_out_of_reach_is_refused(
    idp: FlaskClient, floor: Floor, widget_site: Site, anna: Volunteer
) -> None:
    """OpenID Connect Unmet Authentication Requirements 1.0 §2."""
    anna.enter(idp)
    sent = answer(follow(idp, idp.get(_ask(widget_site, "L2"))))
    assert (sent["error"], sent["state"]) == ("unmet_authentication_requirements", "st")
    assert sent["iss"] == "https://id.igrajdanin.test"


def test_missing_factor_is_set_up_on_the_way(
    idp: FlaskClient, floor: Floor, widget_site: Site, anna: Volunteer
) -> None:
    _prove_residence(floor, anna)
    anna.enter(idp)
    page = follow(idp, idp.get(_ask(widget_site, "L2")))
    assert 'id="enrolment"' in page.text
    visit = page.request.args["visit"]
    add_app(idp)
    done = follow(idp, idp.get(f"/authorize/resume?visit={visit}"))
    told = _claims(widget_site.redeem(idp, answer(done)["code"]).get_json()["id_token"])
    assert (told["acr"], told["amr"]) == ("L2", ["pwd", "otp", "mfa"])


def test_person_who_declines_a_needed_level_is_sent_back(
    idp: FlaskClient, floor: Floor, widget_site: Site, anna: Volunteer
) -> None:
    _prove_residence(floor, anna)
    anna.enter(idp)
    page = follow(idp, idp.get(_ask(widget_site, "L2")))
    sent = answer(follow(idp, submit_page(idp, page)))
    assert sent["error"] == "unmet_authentication_requirements"


def test_silent_client_hears_that_a_factor_is_wanted(
    idp: FlaskClient, other_browser: FlaskClient, floor: Floor, widget_site: Site, anna: Volunteer
) -> None:
    _prove_residence(floor, anna)
    anna.enter(other_browser)
    anna.enter(idp)
    add_app(idp)
    sent = answer(follow(other_browser, other_browser.get(_ask(widget_site, "L2", prompt="none"))))
    assert sent["error"] == "login_required"
