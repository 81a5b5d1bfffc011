"""RFC 9101 and spec C3.1 at this door: a request object is its client's, for us, in time, or refused."""

import base64
import json
from typing import Any

import pytest
from flask.testing import FlaskClient
from joserfc.jwk import ECKey, OctKey, RSAKey

from idp.kernel.ground import clock
from idp.kernel.ground.clock import FrozenClock
from idp.kernel.work.floor import Floor
from tests.idp.authorize.test_pushed_requests import push
from tests.idp.cast import CHALLENGE, ISSUER, Site, Volunteer, add_site, answer
from tests.idp.outside import Outside, sign_foreign

KEY = ECKey.generate_key("P-256", {"kid": "one"})
RSA = RSAKey.generate_key(2048, {"kid": "two"})
FOREIGN = ECKey.generate_key("P-256", {"kid": "one"})
BACK = "https://dobro.test/cb"


@pytest.fixture
def site(idp: FlaskClient, outside: Outside, floor: Floor) -> Site:
    """A site that signs its requests."""
    keys = [{**key.as_dict(private=False), "kid": key.kid} for key in (KEY, RSA)]
    return add_site(floor, is_first_party=True, jwks={"keys": keys})


def claims(**changes: Any) -> dict[str, Any]:
    """Give what a well-made object says; a change to None leaves a member out."""
    now = int(clock.now().timestamp())
    return {
        "iss": "dobro", "aud": ISSUER, "exp": now + 300, "nbf": now, "iat": now, "client_id": "dobro",
        "response_type": "code", "redirect_uri": BACK, "scope": "openid email", "state": "inner",
        "code_challenge": CHALLENGE, "code_challenge_method": "S256", **changes,
    }  # fmt: skip


def url(site: Site, token: str) -> str:
    """Give the address of a request whose object wins over what stands beside it."""
    return site.url(request=token, state="outer")


@pytest.mark.parametrize(("key", "alg"), [(KEY, "ES256"), (RSA, "RS256"), (RSA, "PS256")])
@pytest.mark.parametrize("typ", [None, "JWT", "oauth-authz-req+jwt"])
def test_signed_request_is_taken(
    idp: FlaskClient, site: Site, anna: Volunteer, key: Any, alg: str, typ: str | None
) -> None:
    anna.enter(idp)
    sent = answer(idp.get(url(site, sign_foreign(claims(), key, alg, typ=typ))))
    assert sent["state"] == "inner"
    assert site.redeem(idp, sent["code"]).get_json()["scope"] == "openid email"


def test_client_id_beside_the_object_is_enough(idp: FlaskClient, site: Site, anna: Volunteer) -> None:
    """As RFC 9101 §5 has it; OpenID Connect's other parameters may come along and must agree."""
    anna.enter(idp)
    told = claims(max_age=10000, claims={"userinfo": {"name": None}}, resource=None)
    token = sign_foreign(told, KEY)
    assert "code" in answer(idp.get(f"/authorize?client_id=dobro&request={token}"))


def test_signed_request_may_be_pushed(idp: FlaskClient, site: Site, anna: Volunteer) -> None:
    anna.enter(idp)
    told = push(idp, site, request=sign_foreign(claims(), KEY), state="outer", redirect_uri=None)
    assert told.status_code == 201
    uri = told.get_json()["request_uri"]
    assert answer(idp.get(f"/authorize?client_id=dobro&request_uri={uri}"))["state"] == "inner"


def test_oidcc_ensure_request_object_with_redirect_uri(
    idp: FlaskClient, floor: Floor, site: Site, anna: Volunteer
) -> None:
    """The address inside counts; one beside it, registered or not, does not."""
    anna.enter(idp)
    token = sign_foreign(claims(), KEY)
    for beside in ("https://dobro.test/other", "https://evil.test/"):
        page = idp.get(site.url(request=token, redirect_uri=beside))
        assert page.headers["Location"].startswith(BACK + "?code=")
    strange = sign_foreign(claims(redirect_uri="https://evil.test/"), KEY)
    page = idp.get(url(site, strange))
    assert (page.status_code, page.headers.get("Location")) == (400, None)


def test_fapi_ensure_request_object_without_redirect_uri_fails(idp: FlaskClient, site: Site) -> None:
    page = idp.get(url(site, sign_foreign(claims(redirect_uri=None), KEY)))
    assert (page.status_code, page.headers.get("Location")) == (400, None)


def _compact(header: dict[str, Any], payload: str, signature: bytes = b"") -> str:
    def encode(data: bytes) -> str:
        return base64.urlsafe_b64encode(data).rstrip(b"=").decode()

    return ".".join([encode(json.dumps(header).encode()), encode(payload.encode()), encode(signature)])


def _battery(now: int) -> dict[str, str]:
    """Give the forgeries of spec C3.1 and FAPI's bad objects, by name."""
    good = claims()
    text = json.dumps(good)
    public = json.dumps({**KEY.as_dict(private=False)}).encode()
    signed = sign_foreign(good, KEY)
    head, body, mark = signed.split(".")
    foreign_public = FOREIGN.as_dict(private=False)
    return {
        "alg none": _compact({"alg": "none"}, text),
        "alg NoNe": _compact({"alg": "NoNe"}, text),
        "empty signature": f"{head}.{body}.",
        "HS256 with the public key": sign_foreign(good, OctKey.import_key(public, {"kid": "one"}), "HS256"),
        "another key": sign_foreign(good, FOREIGN),
        "jwk in the header": sign_foreign(good, FOREIGN, jwk=foreign_public),
        "jku": sign_foreign(good, FOREIGN, jku="https://evil.test/jwks"),
        "x5u": sign_foreign(good, FOREIGN, x5u="https://evil.test/x"),
        "x5c": sign_foreign(good, KEY, x5c=["MIIB"]),
        "kid path": sign_foreign(good, FOREIGN, kid="../../etc/passwd"),
        "kid sql": sign_foreign(good, FOREIGN, kid="' OR 1=1--"),
        "kid list": _compact({"alg": "ES256", "kid": ["one"]}, text, b"x" * 64),
        "kid long": sign_foreign(good, KEY, kid="k" * 1000),
        "crit": sign_foreign(good, KEY, crit=["evil"], evil=1),
        "b64 false": _compact({"alg": "ES256", "kid": "one", "b64": False}, text, b"x" * 64),
        "zip": sign_foreign(good, KEY, zip="DEF"),
        "typ of an access token": sign_foreign(good, KEY, typ="at+jwt"),
        "typ of a logout token": sign_foreign(good, KEY, typ="logout+jwt"),
        "ES256 by an RSA key's kid": sign_foreign(good, FOREIGN, kid="two"),
        "duplicate members": _compact(
            {"alg": "ES256", "kid": "one"}, text[:-1] + ',"iss":"dobro"}', b"x" * 64
        ),
        "trailing data": f"{head}.{body}.{mark}AAAA",
        "four parts": f"{signed}.x",
        "five parts": f"{signed}.x.x",
        "no base64": f"{head}.{body}!.{mark}",
        "longer than anybody needs": sign_foreign({**good, "x": "x" * 9000}, KEY),
        "no iss": sign_foreign(claims(iss=None), KEY),
        "iss list": sign_foreign(claims(iss=["dobro"]), KEY),
        "other iss": sign_foreign(claims(iss="other"), KEY),
        "no aud": sign_foreign(claims(aud=None), KEY),
        "other aud": sign_foreign(claims(aud="https://other.test"), KEY),
        "no exp": sign_foreign(claims(exp=None), KEY),
        "exp float": sign_foreign(claims(exp=now + 0.5), KEY),
        "exp text": sign_foreign(claims(exp=str(now + 60)), KEY),
        "exp infinite": _compact({"alg": "ES256", "kid": "one"}, '{"exp":1e400}', b"x" * 64),
        "exp past": sign_foreign(claims(exp=now - 60), KEY),
        "exp far": sign_foreign(claims(exp=now + 3700), KEY),
        "nbf far": sign_foreign(claims(nbf=now + 120), KEY),
        "nbf old": sign_foreign(claims(nbf=now - 3700), KEY),
        "iat in the future": sign_foreign(claims(iat=now + 3600), KEY),
        "client assertion": sign_foreign(claims(sub="dobro"), KEY),
        "other client_id": sign_foreign(claims(client_id="other"), KEY),
        "other response_type": sign_foreign(claims(response_type="token"), KEY),
        "request inside": sign_foreign(claims(request="x"), KEY),
        "request_uri inside": sign_foreign(claims(request_uri="https://evil.test/"), KEY),
        "member of a wrong type": sign_foreign(claims(state=[1]), KEY),
        "boolean member": sign_foreign(claims(scope=True), KEY),
        "no object": sign_foreign({}, KEY),
    }  # fmt: skip


def test_c3_1_forged_objects_are_refused(
    idp: FlaskClient, site: Site, anna: Volunteer, outside: Outside, frozen: FrozenClock
) -> None:
    """Each by its exact error, none by a silent look at what stands beside it, and nothing is fetched."""
    anna.enter(idp)
    for name, token in _battery(int(frozen.at.timestamp())).items():
        sent = answer(idp.get(url(site, token)))
        assert (sent.get("error"), sent.get("state")) == ("invalid_request_object", "outer"), name
        assert push(idp, site, request=token).get_json()["error"] == "invalid_request_object", name
    assert outside.fetched == []


def test_fapi_nbf_8_seconds_in_the_future_is_accepted(
    idp: FlaskClient, site: Site, anna: Volunteer, frozen: FrozenClock
) -> None:
    anna.enter(idp)
    token = sign_foreign(claims(nbf=int(frozen.at.timestamp()) + 8, aud=[ISSUER, "https://x.test"]), KEY)
    assert "code" in answer(idp.get(url(site, token)))


def test_client_registered_for_one_algorithm_signs_by_it(
    idp: FlaskClient, outside: Outside, floor: Floor, anna: Volunteer
) -> None:
    keys = [{**RSA.as_dict(private=False), "kid": "two"}]
    site = add_site(floor, is_first_party=True, jwks={"keys": keys}, request_object_algorithm="PS256")
    anna.enter(idp)
    assert "code" in answer(idp.get(url(site, sign_foreign(claims(), RSA, "PS256"))))
    refused = answer(idp.get(url(site, sign_foreign(claims(), RSA, "RS256"))))
    assert refused["error"] == "invalid_request_object"


def test_client_without_keys_has_no_objects(idp: FlaskClient, dobro: Site) -> None:
    assert answer(idp.get(url(dobro, sign_foreign(claims(), KEY))))["error"] == "invalid_request_object"


def test_object_of_a_client_with_keys_elsewhere(
    idp: FlaskClient, outside: Outside, floor: Floor, anna: Volunteer
) -> None:
    outside.documents["https://dobro.test/jwks"] = {"keys": [{**KEY.as_dict(private=False), "kid": "one"}]}
    site = add_site(floor, is_first_party=True, jwks_uri="https://dobro.test/jwks")
    anna.enter(idp)
    assert "code" in answer(idp.get(url(site, sign_foreign(claims(), KEY))))


def test_wrong_answer_inside_travels_as_the_object_says(idp: FlaskClient, site: Site) -> None:
    sent = answer(idp.get(url(site, sign_foreign(claims(scope="nothing", response_mode="form_post"), KEY))))
    assert (sent["error"], sent["state"]) == ("invalid_scope", "inner")
