"""Spec C2.1 to C2.12: what may be done with an authorization code, and what it costs to try."""

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from idp.grants.models import AuthorizationCode
from idp.kernel.ground.clock import FrozenClock
from idp.kernel.work.floor import Floor
from tests.idp.cast import Site, Volunteer, add_site


@pytest.fixture
def code(idp: FlaskClient, widget_site: Site, anna: Volunteer) -> str:
    """A fresh code of the widget for Anna."""
    anna.enter(idp)
    return widget_site.code(idp)


def _userinfo(browser: FlaskClient, token: str) -> int:
    return browser.get("/userinfo", headers={"Authorization": f"Bearer {token}"}).status_code


def test_c2_1_replayed_code_kills_its_tokens(idp: FlaskClient, widget_site: Site, code: str) -> None:
    token = widget_site.redeem(idp, code).get_json()["access_token"]
    assert _userinfo(idp, token) == 200
    again = widget_site.redeem(idp, code)
    assert (again.status_code, again.get_json()["error"]) == (400, "invalid_grant")
    assert _userinfo(idp, token) == 401


def test_oidcc_codereuse_30seconds(
    idp: FlaskClient, widget_site: Site, anna: Volunteer, frozen: FrozenClock
) -> None:
    anna.enter(idp)
    code = widget_site.code(idp)
    token = widget_site.redeem(idp, code).get_json()["access_token"]
    frozen.tick(seconds=30)
    assert widget_site.redeem(idp, code).status_code == 400
    assert _userinfo(idp, token) == 401


def test_c2_3_code_of_another_client_is_refused(
    idp: FlaskClient, floor: Floor, widget_site: Site, code: str
) -> None:
    thief = add_site(floor, Site("thief", "thief-secret", widget_site.redirect_uri))
    assert thief.redeem(idp, code).get_json()["error"] == "invalid_grant"
    assert widget_site.redeem(idp, code).status_code == 200


@pytest.mark.parametrize("uri", [None, "", "https://widget.igrajdanin.test/other"])
def test_c2_4_other_redirect_is_refused(
    idp: FlaskClient, widget_site: Site, code: str, uri: str | None
) -> None:
    assert widget_site.redeem(idp, code, redirect_uri=uri).get_json()["error"] == "invalid_grant"


def test_c2_5_old_code_is_refused(
    idp: FlaskClient, widget_site: Site, anna: Volunteer, frozen: FrozenClock
) -> None:
    anna.enter(idp)
    code = widget_site.code(idp)
    frozen.tick(seconds=60)
    assert widget_site.redeem(idp, code).get_json()["error"] == "invalid_grant"


@pytest.mark.parametrize("verifier", ["w" * 43, "v" * 42, "v" * 129, "", None, "ж" * 43, "v" * 42 + "\n"])
def test_c2_6_wrong_verifier_burns_the_code(
    idp: FlaskClient, widget_site: Site, code: str, verifier: str | None
) -> None:
    assert widget_site.redeem(idp, code, code_verifier=verifier).status_code == 400
    assert widget_site.redeem(idp, code).get_json()["error"] == "invalid_grant"


def test_c2_10_verifier_without_challenge_is_refused(idp: FlaskClient, floor: Floor, anna: Volunteer) -> None:
    site = add_site(floor, require_pkce=False, is_first_party=True)
    anna.enter(idp)
    code = site.code(idp, code_challenge=None, code_challenge_method=None)
    assert site.redeem(idp, code).get_json()["error"] == "invalid_grant"


def test_c3_5_database_holds_no_live_code(
    idp: FlaskClient, floor: Floor, widget_site: Site, code: str
) -> None:
    with floor.db.reading() as session:
        stored = session.execute(sa.select(AuthorizationCode.__table__)).mappings().one()
    assert code not in str(dict(stored))


def test_code_dies_with_its_session(idp: FlaskClient, widget_site: Site, code: str) -> None:
    from tests.idp.cast import submit

    submit(idp, "/logout")
    assert widget_site.redeem(idp, code).get_json()["error"] == "invalid_grant"


def test_oidcc_codes_are_long_enough(code: str) -> None:
    assert len(code) * 6 >= 128
