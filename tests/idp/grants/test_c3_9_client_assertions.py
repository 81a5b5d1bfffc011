"""private_key_jwt (RFC 7523 §3, OpenID Connect Core §9) at the token endpoint (spec A2, C3.1, C3.9)."""

import base64
import json
from typing import Any

import pytest
from flask.testing import FlaskClient
from joserfc.jwk import ECKey, OctKey, RSAKey
from werkzeug.test import TestResponse

from idp.kernel.ground import clock
from idp.kernel.ground.ids import new_secret
from idp.kernel.work.floor import Floor
from tests.idp.cast import ISSUER, Site, Volunteer, add_site
from tests.idp.outside import Outside, sign_foreign

TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
KEY = ECKey.generate_key("P-256", {"kid": "k1"})
RSA = RSAKey.generate_key(2048, {"kid": "k2"})
STRANGER = ECKey.generate_key("P-256", {"kid": "k1"})
JWKS = {"keys": [KEY.as_dict(private=False), RSA.as_dict(private=False)]}
SIGNER = Site("signer", None)


@pytest.fixture
def signer(idp: FlaskClient, floor: Floor) -> Site:
    """A client with keys of its own and no secret."""
    return add_site(floor, SIGNER, auth_method="private_key_jwt", jwks=JWKS)


def _claims(**changes: Any) -> dict[str, Any]:
    at = int(clock.now().timestamp())
    made = {"iss": "signer", "sub": "signer", "aud": ISSUER, "jti": new_secret(8), "exp": at + 60, "iat": at}
    return {**made, **changes}


def _sign(claims: dict[str, Any] | None = None, *, key: Any = KEY, alg: str = "ES256", **header: Any) -> str:
    return sign_foreign(claims or _claims(), key, alg, **header)


def _send(browser: FlaskClient, assertion: str, **changes: str | None) -> TestResponse:
    sent = {"client_assertion": assertion, "client_assertion_type": TYPE, "client_secret": None, **changes}
    return SIGNER.redeem(browser, "no such code", **sent)


def _passes(browser: FlaskClient, assertion: str, **changes: str | None) -> bool:
    """Say whether authentication succeeded: then the made-up code is what is wrong."""
    told = _send(browser, assertion, **changes).get_json()["error"]
    assert told in ("invalid_grant", "invalid_client")
    return bool(told == "invalid_grant")


def test_oidcc_ensure_client_assertion_with_iss_aud_succeeds(
    idp: FlaskClient, floor: Floor, anna: Volunteer
) -> None:
    add_site(floor, SIGNER, auth_method="private_key_jwt", jwks=JWKS, is_first_party=True)
    anna.enter(idp)
    answered = SIGNER.redeem(
        idp, SIGNER.code(idp), client_assertion=_sign(), client_assertion_type=TYPE, client_secret=None
    )
    assert answered.status_code == 200


def test_assertion_for_us_or_the_endpoint_passes(idp: FlaskClient, signer: Site) -> None:
    for aud in (ISSUER, f"{ISSUER}/token", [ISSUER], ["https://else.test", f"{ISSUER}/token"]):
        assert _passes(idp, _sign(_claims(aud=aud)))


def test_client_id_may_come_from_the_assertion(idp: FlaskClient, signer: Site) -> None:
    assert _passes(idp, _sign(), client_id=None)
    assert _passes(idp, _sign(kid=None), client_id=None)
    assert _passes(idp, _sign(key=RSA, alg="PS256"))


def test_c3_9_wrong_claims_are_refused(idp: FlaskClient, signer: Site) -> None:
    at = int(clock.now().timestamp())
    wrong: list[dict[str, Any]] = [
        {"aud": "https://evil.test"}, {"aud": f"{ISSUER}/userinfo"}, {"aud": None}, {"aud": f"{ISSUER}/"},
        {"exp": None}, {"exp": at - 300}, {"exp": at + 365 * 86400}, {"exp": str(at + 60)}, {"exp": at + 0.5},
        {"sub": None}, {"sub": "dobro"}, {"sub": ["signer"]}, {"iss": ["signer"]}, {"iss": "dobro"},
        {"iss": None}, {"jti": None}, {"jti": ""}, {"jti": 5}, {"jti": "j" * 600}, {"iat": at + 3600},
        {"nbf": at + 90},
    ]  # fmt: skip
    assert [changes for changes in wrong if _passes(idp, _sign(_claims(**changes)))] == []


def test_c3_9_replayed_jti_is_refused(idp: FlaskClient, signer: Site) -> None:
    once = _sign(_claims(jti="one"))
    assert [_passes(idp, once), _passes(idp, once), _passes(idp, _sign(_claims(jti="one")))] == [
        True, False, False,
    ]  # fmt: skip


def test_c3_9_forged_assertion_burns_no_jti(idp: FlaskClient, signer: Site) -> None:
    assert not _passes(idp, _sign(_claims(jti="mine"), key=STRANGER))
    assert _passes(idp, _sign(_claims(jti="mine")))


def test_c3_1_every_trick_with_a_header_is_refused(idp: FlaskClient, outside: Outside, signer: Site) -> None:
    public = KEY.as_dict(private=False)
    shared = OctKey.import_key(json.dumps(public), {"kid": "k1"})
    part = base64.urlsafe_b64encode(b'{"alg":"none","kid":"k1"}').decode().rstrip("=")
    claims = _sign().split(".")[1]
    tricks = [
        _sign(key=STRANGER), _sign(key=STRANGER, jwk=STRANGER.as_dict(private=False)), f"{part}.{claims}.",
        _sign(key=STRANGER, jku="https://evil.test/k"), _sign(key=STRANGER, x5u="https://evil.test/c"),
        _sign(key=shared, alg="HS256"), _sign(kid="../../etc/passwd"), _sign(kid="' OR 1=1--"),
        _sign(kid=["k1"]), _sign(kid="k" * 4096), _sign(crit=["x"]), _sign(typ="at+jwt"),
        _sign(typ="dpop+jwt"), "", "a.b.c", "x", _sign() + ".x", _sign()[:-4],
    ]  # fmt: skip
    assert [trick for trick in tricks if _send(idp, trick).status_code != 401] == []
    assert outside.fetched == []


def test_c3_9_other_clients_key_is_refused(idp: FlaskClient, floor: Floor, signer: Site) -> None:
    others = {"keys": [STRANGER.as_dict(private=False)]}
    add_site(floor, Site("other", None), auth_method="private_key_jwt", jwks=others)
    assert not _passes(idp, _sign(key=STRANGER))
    assert not _passes(idp, _sign(_claims(iss="other", sub="other"), key=STRANGER), client_id="signer")


def test_c3_9_only_the_registered_algorithm_passes(idp: FlaskClient, floor: Floor) -> None:
    add_site(floor, SIGNER, auth_method="private_key_jwt", jwks=JWKS, auth_algorithm="PS256")
    assert _passes(idp, _sign(key=RSA, alg="PS256"))
    assert not _passes(idp, _sign(key=RSA, alg="RS256"))
    assert not _passes(idp, _sign())


def test_client_with_keys_has_no_other_way(idp: FlaskClient, floor: Floor) -> None:
    add_site(floor, Site("signer", "a secret"), auth_method="private_key_jwt", jwks=JWKS)
    assert SIGNER.redeem(idp, "x", client_secret="a secret").status_code == 401
    assert SIGNER.redeem(idp, "x").status_code == 401
    assert _send(idp, _sign(), client_assertion_type=None).status_code == 401
    assert _send(idp, _sign(), client_assertion_type="urn:x").status_code == 401


def test_client_with_a_secret_may_not_sign(idp: FlaskClient, dobro: Site, widget_site: Site) -> None:
    for name in ("dobro", "widget"):
        assert not _passes(idp, _sign(_claims(iss=name, sub=name)), client_id=name)


def test_two_ways_at_once_are_refused(idp: FlaskClient, signer: Site) -> None:
    assert _send(idp, _sign(), client_secret="x").get_json()["error"] == "invalid_request"
    basic = {"Authorization": "Basic " + base64.b64encode(b"signer:x").decode()}
    data = {"grant_type": "authorization_code", "client_assertion": _sign(), "client_assertion_type": TYPE}
    assert idp.post("/token", data=data, headers=basic).get_json()["error"] == "invalid_request"


def test_keys_are_fetched_where_the_client_says(outside: Outside, idp: FlaskClient, floor: Floor) -> None:
    add_site(floor, SIGNER, auth_method="private_key_jwt", jwks_uri="https://keys.test/jwks")
    assert not _passes(idp, _sign())
    assert outside.fetched == ["https://keys.test/jwks"]


def test_unknown_client_looks_like_a_bad_signature(idp: FlaskClient, signer: Site) -> None:
    unknown = _send(idp, _sign(_claims(iss="nobody", sub="nobody")), client_id="nobody")
    bad = _send(idp, _sign(key=STRANGER))
    assert (unknown.status_code, unknown.data, unknown.headers["WWW-Authenticate"]) == (
        bad.status_code, bad.data, bad.headers["WWW-Authenticate"],
    )  # fmt: skip
