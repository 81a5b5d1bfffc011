"""Spec C2.1 to C2.12: what may be done with an authorization code, and what it costs to try."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from idp.accounts import find_person
from idp.clients import find_client
from idp.grants import Approval, issue_code
from idp.grants.authorization_code import redeem
from idp.grants.models import AuthorizationCode
from idp.grants.requests import Credentials, TokenRequest
from idp.kernel.ground import clock
from idp.kernel.ground.clock import FrozenClock
from idp.kernel.work.floor import Floor
from idp.sessions import AuthorizationRequest, find_session, start_session
from idp.tokens.models import Grant
from tests.idp.cast import CHALLENGE, VERIFIER, Site, Volunteer, add_site


@pytest.fixture
def code(idp: FlaskClient, widget_site: Site, anna: Volunteer) -> str:
    """A fresh code of the widget for Anna."""
    anna.sign_in(idp)
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
    anna.sign_in(idp)
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
    anna.sign_in(idp)
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
    anna.sign_in(idp)
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


def test_c2_2_one_of_many_threads_wins(
    idp_app: Flask, floor: Floor, widget_site: Site, anna: Volunteer
) -> None:
    """Eight threads present one code, twenty times over; exactly one gets the grant each time."""
    asked = AuthorizationRequest("widget", widget_site.redirect_uri, ("openid",), code_challenge=CHALLENGE)
    now = clock.now()
    with floor.db.writing() as session:
        made = start_session(session, anna.sub, browser="", life=timedelta(days=1), now=now)
    with floor.db.reading() as session:
        live = find_session(session, made.secret, idle=timedelta(days=1), now=now)
        client, person = find_client(session, "widget"), find_person(session, anna.sub)
    assert live
    assert client
    assert person

    def present(code: str) -> bool:
        request = TokenRequest(
            Credentials("widget", None), "authorization_code", code, widget_site.redirect_uri, VERIFIER
        )
        with idp_app.app_context(), floor.db.writing() as session:
            return redeem(session, request, client, floor=floor, now=now) is not None

    with ThreadPoolExecutor(8) as pool:
        for _ in range(20):
            with floor.db.writing() as session:
                code = issue_code(session, Approval(asked, live, person.level), now=now)
            assert sum(pool.map(present, [code] * 8)) == 1
    with floor.db.reading() as session:
        revoked = session.execute(sa.select(sa.func.count()).where(Grant.revoked_at.is_not(None))).scalar()
    assert revoked == 20
