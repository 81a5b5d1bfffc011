"""Spec C3.1 at the two doors of id_token_hint: forged ones are refused here and only asked about there."""

import base64
import json
from typing import Any
from urllib.parse import urlencode

from flask.testing import FlaskClient
from joserfc.jwk import ECKey, OctKey, RSAKey

from idp.keys import KeyRing
from tests.idp.cast import Site, Volunteer, answer, claims_of
from tests.idp.outside import Outside, sign_foreign


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _forged(genuine: str, public: dict[str, Any], own: Any) -> dict[str, str]:
    """Give forgeries of an ID token by name; `public` is our key as published, `own` signs as we do."""
    head, body, mark = genuine.split(".")
    said, kid = claims_of(genuine), public["kid"]
    foreign = RSAKey.generate_key(2048, {"kid": kid})
    symmetric = OctKey.import_key(json.dumps(public).encode(), {"kid": kid})

    def unsigned(alg: str) -> str:
        return f"{_encoded(json.dumps({'alg': alg, 'kid': kid}).encode())}.{body}."

    def by_foreign(**header: Any) -> str:
        return sign_foreign(said, foreign, "RS256", **{"kid": kid, **header})

    def by_us(claims: dict[str, Any], **header: Any) -> str:
        return sign_foreign(claims, own, "RS256", **{"kid": kid, "typ": "JWT", **header})

    return {
        "alg none": unsigned("none"),
        "alg NoNe": unsigned("NoNe"),
        "empty signature": f"{head}.{body}.",
        "HS256 with our public key": sign_foreign(said, symmetric, "HS256"),
        "own key": by_foreign(),
        "jwk in the header": by_foreign(jwk=foreign.as_dict(private=False)),
        "jku": by_foreign(jku="https://evil.test/jwks"),
        "x5u": by_foreign(x5u="https://evil.test/x"),
        "kid path": by_foreign(kid="../../etc/passwd"),
        "kid sql": by_foreign(kid="' OR 1=1--"),
        "another algorithm": sign_foreign(said, ECKey.generate_key("P-256", {"kid": kid}), "ES256"),
        "changed claims": f"{head}.{_encoded(json.dumps({**said, 'sub': 'x'}).encode())}.{mark}",
        "trailing data": f"{genuine}AAAA",
        "five parts": f"{genuine}.x.x",
        "longer than anybody needs": genuine + "A" * 9000,
        "kind of an access token": by_us(said, typ="at+jwt"),
        "kind of a logout token": by_us(said, typ="logout+jwt"),
        "another issuer": by_us({**said, "iss": "https://evil.test"}),
        "no end": by_us({**said, "exp": None}),
    }


def test_c3_1_forged_hints_are_refused(
    idp: FlaskClient, outside: Outside, widget_site: Site, anna: Volunteer
) -> None:
    genuine = widget_site.connect(idp, anna)["id_token"]
    kid = json.loads(base64.urlsafe_b64decode(genuine.partition(".")[0] + "=="))["kid"]
    public = next(key for key in idp.get("/jwks").get_json()["keys"] if key["kid"] == kid)
    ring: KeyRing = idp.application.extensions["keys"]
    for name, token in _forged(genuine, public, ring.signing("RS256")).items():
        sent = answer(widget_site.authorize(idp, id_token_hint=token))
        assert sent["error"] == "invalid_request", name
        page = idp.get("/logout?" + urlencode({"id_token_hint": token}))
        assert 'id="logout-confirm"' in page.text, name
    assert outside.fetched == []
    assert "code" in answer(widget_site.authorize(idp, id_token_hint=genuine, prompt="none"))
