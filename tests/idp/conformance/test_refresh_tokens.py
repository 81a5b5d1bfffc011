"""Refresh tokens as the certification and the attacks of the spec see them (A2, B7, C3.4 to C3.7)."""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from idp.accounts.models import Account
from idp.clients.models import RegisteredClient
from idp.kernel.crypto.jose import import_key, verify_signature
from idp.kernel.ground.clock import FrozenClock
from idp.kernel.work.floor import Floor
from tests.idp.cast import Site, Volunteer, add_site, form_of, submit

OFFLINE = "openid profile offline_access"
GRACE = 20
End = Callable[[FlaskClient, Floor], None]


@pytest.fixture
def told(idp: FlaskClient, dobro: Site, anna: Volunteer, frozen: FrozenClock) -> dict[str, Any]:
    """The first tokens of a site that Anna lets act while she is away."""
    return dobro.connect(idp, anna, scope=OFFLINE, prompt="consent")


def _userinfo(browser: FlaskClient, token: str) -> int:
    return browser.get("/userinfo", headers={"Authorization": f"Bearer {token}"}).status_code


def _id_claims(browser: FlaskClient, token: str) -> dict[str, Any]:
    keys = [import_key(data) for data in browser.get("/jwks").get_json()["keys"]]
    return dict(verify_signature(token, keys, algorithms=["RS256", "ES256"], typ="JWT").claims)


def _is_dead(browser: FlaskClient, site: Site, token: str) -> bool:
    response = site.refresh(browser, token)
    return (response.status_code, response.get_json()["error"]) == (400, "invalid_grant")


def test_oidcc_refresh_token(
    idp: FlaskClient, dobro: Site, told: dict[str, Any], frozen: FrozenClock
) -> None:
    token = told["refresh_token"]
    assert all(0x20 <= ord(character) <= 0x7E for character in token)
    frozen.tick(seconds=60)
    response = dobro.refresh(idp, token)
    fresh = response.get_json()
    assert (response.status_code, response.mimetype) == (200, "application/json")
    assert response.headers["Cache-Control"] == "no-store"
    assert (fresh["token_type"], fresh["expires_in"]) == ("Bearer", 300)
    assert fresh["access_token"] != told["access_token"]
    assert fresh["refresh_token"] != token
    assert _userinfo(idp, fresh["access_token"]) == 200


def test_oidcc_refresh_token_of_another_client(
    idp: FlaskClient, floor: Floor, dobro: Site, told: dict[str, Any]
) -> None:
    other = add_site(floor, Site("other", "other-secret", "https://other.test/cb"))
    assert _is_dead(idp, other, told["refresh_token"])
    assert dobro.refresh(idp, told["refresh_token"]).status_code == 200


def test_b7_refresh_needs_no_scope_and_gives_an_id_token(
    idp: FlaskClient, dobro: Site, told: dict[str, Any], frozen: FrozenClock
) -> None:
    frozen.tick(seconds=7200)
    fresh = dobro.refresh(idp, told["refresh_token"]).get_json()
    old, new = _id_claims(idp, told["id_token"]), _id_claims(idp, fresh["id_token"])
    assert {n: new[n] for n in ("iss", "sub", "aud", "auth_time", "sid")} == {
        n: old[n] for n in ("iss", "sub", "aud", "auth_time", "sid")
    }
    assert "nonce" in old
    assert "nonce" not in new
    assert new["iat"] == old["iat"] + 7200


def test_no_refresh_token_without_offline_access(idp: FlaskClient, dobro: Site, anna: Volunteer) -> None:
    assert "refresh_token" not in dobro.connect(idp, anna)


def test_client_without_the_grant_type_gets_none(idp: FlaskClient, floor: Floor, anna: Volunteer) -> None:
    site = add_site(floor, grant_types=["authorization_code"])
    told = site.connect(idp, anna, scope=OFFLINE, prompt="consent")
    assert "refresh_token" not in told
    refused = site.refresh(idp, "x").get_json()
    assert refused["error"] == "unauthorized_client"


def test_offline_access_outlives_the_session(idp: FlaskClient, dobro: Site, told: dict[str, Any]) -> None:
    submit(idp, "/logout")
    fresh = dobro.refresh(idp, told["refresh_token"])
    assert fresh.status_code == 200
    assert _userinfo(idp, fresh.get_json()["access_token"]) == 200


def test_other_refresh_tokens_end_with_the_session(idp: FlaskClient, floor: Floor, anna: Volunteer) -> None:
    site = add_site(floor, scopes=["openid", "profile"])
    token = site.refresh(idp, site.connect(idp, anna)["refresh_token"]).get_json()["refresh_token"]
    submit(idp, "/logout")
    assert _is_dead(idp, site, token)


def test_c3_4_refresh_tokens_idle_and_end(
    idp: FlaskClient, dobro: Site, told: dict[str, Any], frozen: FrozenClock
) -> None:
    token = told["refresh_token"]
    for _ in range(12):
        frozen.tick(days=29)
        token = dobro.refresh(idp, token).get_json()["refresh_token"]
    frozen.tick(days=18)  # 366 days after the beginning, idle for 18
    assert _is_dead(idp, dobro, token)


def test_c3_4_idle_refresh_token_ends(
    idp: FlaskClient, dobro: Site, told: dict[str, Any], frozen: FrozenClock
) -> None:
    frozen.tick(days=30)
    assert _is_dead(idp, dobro, told["refresh_token"])


def test_c3_5_database_holds_no_live_refresh_token(floor: Floor, told: dict[str, Any]) -> None:
    with floor.db.reading() as session:
        dump = [
            str(row) for table in floor.db.metadata.sorted_tables for row in session.execute(sa.select(table))
        ]
    assert not any(told["refresh_token"] in line or told["access_token"] in line for line in dump)


def test_c3_6_lost_answer_is_told_once_more(
    idp: FlaskClient, dobro: Site, told: dict[str, Any], frozen: FrozenClock
) -> None:
    first = dobro.refresh(idp, told["refresh_token"]).get_json()
    frozen.tick(seconds=GRACE - 1)
    again = dobro.refresh(idp, told["refresh_token"]).get_json()
    assert again["refresh_token"] == first["refresh_token"]
    assert again["access_token"] != first["access_token"]
    assert dobro.refresh(idp, first["refresh_token"]).status_code == 200


def test_e3_c3_6_reuse_kills_the_whole_family(
    idp: FlaskClient, floor: Floor, dobro: Site, told: dict[str, Any], frozen: FrozenClock
) -> None:
    fresh = dobro.refresh(idp, told["refresh_token"]).get_json()
    frozen.tick(seconds=GRACE)
    assert _is_dead(idp, dobro, told["refresh_token"])
    assert _is_dead(idp, dobro, fresh["refresh_token"])
    assert _userinfo(idp, fresh["access_token"]) == 401
    assert _audited(floor) == ["grant.refresh_reused"]


def test_c3_6_older_generation_is_reuse_at_once(idp: FlaskClient, dobro: Site, told: dict[str, Any]) -> None:
    second = dobro.refresh(idp, told["refresh_token"]).get_json()["refresh_token"]
    third = dobro.refresh(idp, second).get_json()["refresh_token"]
    assert _is_dead(idp, dobro, told["refresh_token"])
    assert _is_dead(idp, dobro, third)


def _audited(floor: Floor) -> list[str]:
    from idp.audit.models import AuditEntry

    wanted = sa.select(AuditEntry.action).where(AuditEntry.action.startswith("grant."))
    with floor.db.reading() as session:
        return list(session.execute(wanted).scalars())


def test_c3_6_scope_may_shrink_and_never_grow(idp: FlaskClient, dobro: Site, told: dict[str, Any]) -> None:
    grown = dobro.refresh(idp, told["refresh_token"], scope="openid email")
    assert (grown.status_code, grown.get_json()["error"]) == (400, "invalid_scope")
    less = dobro.refresh(idp, told["refresh_token"], scope="openid").get_json()
    assert less["scope"] == "openid"
    userinfo = idp.get("/userinfo", headers={"Authorization": f"Bearer {less['access_token']}"}).get_json()
    assert set(userinfo) == {"sub"}
    assert dobro.refresh(idp, less["refresh_token"]).get_json()["scope"] == OFFLINE


def _sign_out_everywhere(browser: FlaskClient, _floor: Floor) -> None:
    browser.post("/account/sessions/end-all", data=form_of(browser.get("/account")).hidden)


def _withdraw_consent(browser: FlaskClient, _floor: Floor) -> None:
    hidden = form_of(browser.get("/account")).hidden
    browser.post("/account/sites/withdraw", data={**hidden, "site": "dobro"})


def _set(table: Any) -> End:
    def disable(_browser: FlaskClient, floor: Floor) -> None:
        with floor.db.writing() as session:
            session.execute(sa.update(table).values(disabled_at=sa.func.current_timestamp()))

    return disable


ENDS = {
    "sign out everywhere": _sign_out_everywhere,
    "withdraw consent": _withdraw_consent,
    "lock the account": _set(Account),
    "disable the client": _set(RegisteredClient),
}


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
def test_c3_6_refresh_token_dies_with_what_it_stands_on(
    idp: FlaskClient,
    floor: Floor,
    dobro: Site,
    told: dict[str, Any],
    end: End,
) -> None:
    end(idp, floor)
    assert dobro.refresh(idp, told["refresh_token"]).status_code in (400, 401)
    assert _userinfo(idp, told["access_token"]) == 401


def test_c3_6_password_change_ends_refresh_tokens(
    idp: FlaskClient, dobro: Site, anna: Volunteer, told: dict[str, Any]
) -> None:
    from tests.idp.cast import PASSWORD

    hidden = form_of(idp.get("/account")).hidden
    new = "совсем другие четыре слова 17"
    response = idp.post("/account/password", data={**hidden, "old_password": PASSWORD, "password": new})
    assert response.status_code == 303
    assert _is_dead(idp, dobro, told["refresh_token"])


def test_e2_c2_1_replayed_code_kills_refresh_tokens(idp: FlaskClient, floor: Floor, anna: Volunteer) -> None:
    site = add_site(floor, is_first_party=True)
    anna.enter(idp)
    code = site.code(idp, scope=OFFLINE)
    told = site.redeem(idp, code).get_json()
    fresh = site.refresh(idp, told["refresh_token"]).get_json()
    assert site.redeem(idp, code).status_code == 400
    assert _is_dead(idp, site, fresh["refresh_token"])
    assert _userinfo(idp, fresh["access_token"]) == 401
    assert _audited(floor) == ["grant.code_replayed"]


@pytest.mark.parametrize("token", ["", "x", "ж", "A" * 70, "=" * 70, "A" * 8000])
def test_garbage_is_no_refresh_token(idp: FlaskClient, dobro: Site, token: str) -> None:
    assert _is_dead(idp, dobro, token)


def test_forged_proof_is_refused_and_harms_nobody(
    idp: FlaskClient, dobro: Site, told: dict[str, Any]
) -> None:
    token = told["refresh_token"]
    forged = token[:40] + ("A" if token[40] != "A" else "B") + token[41:]
    assert _is_dead(idp, dobro, forged)
    assert dobro.refresh(idp, token).status_code == 200
