"""Looking after a registration (RFC 7592): by its own token, and never beyond what one may say of oneself."""

from typing import Any

import sqlalchemy as sa
from flask.testing import FlaskClient

from idp.clients import Client, find_client, verify_client_token
from idp.clients.models import RegisteredClient
from idp.kernel.crypto.jose import TokenRefused
from idp.kernel.ground import clock
from idp.kernel.work.floor import Floor
from tests.idp.cast import Site, Volunteer

from .conftest import ASKED, Registrar


def _client(floor: Floor, client_id: str) -> Client:
    with floor.db.reading() as session:
        found = find_client(session, client_id)
    assert found
    return found


def _set(floor: Floor, client_id: str, **values: Any) -> None:
    with floor.db.writing() as session:
        row = sa.update(RegisteredClient).where(RegisteredClient.id == client_id)
        session.execute(row.values(**values))


def _bearer(told: dict[str, Any]) -> dict[str, str]:
    return {"Authorization": f"Bearer {told['access_token']}"}


def test_client_reads_its_registration(registrar: Registrar) -> None:
    told = registrar.register(**{"client_name#ru": "Новый"})
    answered = registrar.manage("GET")
    assert (answered.status_code, answered.headers["Cache-Control"]) == (200, "no-store")
    unsaid = {"client_secret", "client_secret_expires_at", "client_id_issued_at"}
    assert answered.get_json() == {name: value for name, value in told.items() if name not in unsaid}


def test_client_replaces_its_metadata(registrar: Registrar, floor: Floor) -> None:
    told = registrar.register(tos_uri="https://new.test/tos", scope="openid")
    answered = registrar.replace(redirect_uris=["https://new.test/cb2"], client_name="Newer")
    body = answered.get_json()
    assert (answered.status_code, body["client_id"]) == (200, told["client_id"])
    assert (body["redirect_uris"], body["client_name"]) == (["https://new.test/cb2"], "Newer")
    assert "tos_uri" not in body
    assert "client_secret" not in body
    assert _client(floor, told["client_id"]).has_secret(told["client_secret"], now=clock.now())


def test_c4_9_other_clients_token_opens_nothing(registrar: Registrar, idp: FlaskClient, dobro: Site) -> None:
    other = registrar.register(client_name="Other")["registration_access_token"]
    told = registrar.register()
    for wrong in (other, "", "guess", registrar.token, told["client_secret"]):
        answers = [
            registrar.manage("GET", token=wrong),
            registrar.manage("PUT", token=wrong, json={**ASKED, "client_id": told["client_id"]}),
            registrar.manage("DELETE", token=wrong),
        ]
        assert {a.status_code for a in answers} == {401}
        assert all("WWW-Authenticate" in a.headers for a in answers)
    headers = {"Authorization": f"Bearer {other}"}
    unknown = [idp.get(f"/connect/register/{name}", headers=headers) for name in ("nobody", "dobro")]
    assert {(a.status_code, a.text) for a in unknown} == {(401, registrar.manage("GET", token="x").text)}
    assert registrar.manage("GET").status_code == 200


def test_c4_10_change_cannot_reach_what_is_ours(registrar: Registrar, floor: Floor) -> None:
    told = registrar.register()
    wish = {"is_first_party": True, "is_verified": True, "require_pkce": False, "skip_consent": True,
            "resources": ["https://api"], "scope": "openid admin"}  # fmt: skip
    assert registrar.replace(**wish).status_code == 200
    client = _client(floor, told["client_id"])
    assert not client.is_first_party
    assert not client.is_verified
    assert client.require_pkce
    assert (client.resources, client.scopes) == ((), ("openid",))


def test_c4_10_change_cannot_choose_id_or_secret(registrar: Registrar) -> None:
    told = registrar.register()
    for wrong in (
        {"client_id": "other"}, {"client_id": None}, {"client_id": 5}, {"client_secret": "mine"},
        {"client_secret": 5}, {"registration_access_token": told["registration_access_token"]},
        {"registration_client_uri": told["registration_client_uri"]}, {"client_secret_expires_at": 0},
        {"redirect_uris": None}, {"redirect_uris": ["http://new.test/"]},
    ):  # fmt: skip
        assert registrar.replace(**wrong).status_code == 400, wrong
    assert registrar.replace(client_secret=told["client_secret"]).status_code == 200


def test_what_the_operator_gave_stays(registrar: Registrar, floor: Floor) -> None:
    told = registrar.register()
    _set(floor, told["client_id"], is_verified=True, require_pkce=False, resources=["https://api.test"])
    assert registrar.replace(tos_uri="https://new.test/tos").status_code == 200
    client = _client(floor, told["client_id"])
    assert client.is_verified
    assert (client.require_pkce, client.resources) == (False, ("https://api.test",))


def test_c4_8_new_face_is_verified_no_longer(registrar: Registrar, floor: Floor) -> None:
    for changes in (
        {"client_name": "Else"}, {"redirect_uris": ["https://else.test/cb"]},
        {"logo_uri": "https://new.test/l"}, {"client_uri": "https://else.test/"},
    ):  # fmt: skip
        told = registrar.register(client_name="Face")
        _set(floor, told["client_id"], is_verified=True, is_first_party=True)
        assert registrar.replace(**{"client_name": "Face", **changes}).status_code == 200
        client = _client(floor, told["client_id"])
        assert (client.is_verified, client.is_first_party) == (False, False)


def test_other_way_to_prove_itself_changes_the_secret(registrar: Registrar, floor: Floor) -> None:
    told = registrar.register()
    public = registrar.replace(token_endpoint_auth_method="none").get_json()
    assert "client_secret" not in public
    assert _client(floor, told["client_id"]).secret_digest is None
    again = registrar.replace(token_endpoint_auth_method="client_secret_post").get_json()
    assert again["client_secret"] != told["client_secret"]
    assert again["client_secret_expires_at"] == 0


def test_c9_5_deleted_client_is_dead_at_once(
    idp: FlaskClient, registrar: Registrar, floor: Floor, anna: Volunteer
) -> None:
    told = registrar.register(scope="openid", grant_types=["authorization_code", "refresh_token"])
    site = Site(told["client_id"], told["client_secret"], "https://new.test/cb")
    tokens = site.connect(idp, anna, scope="openid")
    code = site.code(idp, scope="openid")
    assert idp.get("/userinfo", headers=_bearer(tokens)).status_code == 200
    answered = registrar.manage("DELETE")
    assert (answered.status_code, answered.data) == (204, b"")
    assert {registrar.manage(method).status_code for method in ("GET", "DELETE")} == {401}
    assert registrar.replace().status_code == 401
    assert idp.get("/userinfo", headers=_bearer(tokens)).status_code == 401
    assert site.redeem(idp, code).get_json()["error"] == "invalid_client"
    refresh = {"grant_type": "refresh_token", "refresh_token": tokens.get("refresh_token", "x")}
    assert site.redeem(idp, "x", **refresh).get_json()["error"] == "invalid_client"
    assert site.authorize(idp).status_code == 400


def test_keys_may_be_changed_here(registrar: Registrar, floor: Floor) -> None:
    from joserfc.jwk import ECKey

    from tests.idp.outside import sign_foreign

    old, new = (ECKey.generate_key("P-256", {"kid": kid}) for kid in ("old", "new"))
    signing = {"token_endpoint_auth_method": "private_key_jwt"}
    told = registrar.register(**signing, jwks={"keys": [old.as_dict(private=False)]})
    assert registrar.replace(**signing, jwks={"keys": [new.as_dict(private=False)]}).status_code == 200
    client = _client(floor, told["client_id"])
    assert verify_client_token(floor, client, sign_foreign({"iss": "x"}, new), now=clock.now())
    try:
        verify_client_token(floor, client, sign_foreign({"iss": "x"}, old), now=clock.now())
    except TokenRefused:
        return
    raise AssertionError("the old key is honoured")
