"""The one door to JOSE refuses every token that is not exactly what was asked for (spec C3.1)."""

import base64
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from idp.kernel.crypto import jose

AT = datetime(2026, 6, 10, tzinfo=UTC)
KEY = jose.generate_key("ES256", "k1")
RSA = jose.generate_key("RS256", "k2")


def _claims(**changes: Any) -> dict[str, Any]:
    at = int(AT.timestamp())
    return {"iss": "https://id", "aud": "api", "sub": "p", "iat": at, "exp": at + 300, **changes}


def _verify(token: str) -> jose.Token:
    return jose.verify(
        token,
        [KEY, RSA],
        algorithms=["ES256", "RS256"],
        typ="at+jwt",
        issuer="https://id",
        audience="api",
        now=AT,
    )


def _part(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


@pytest.mark.parametrize(("key", "algorithm"), [(KEY, "ES256"), (RSA, "RS256")])
def test_signed_token_verifies(key: jose.SigningKey, algorithm: jose.Algorithm) -> None:
    assert _verify(jose.sign(_claims(), key, algorithm, typ="at+jwt")).claims["sub"] == "p"


def test_key_survives_export_and_import() -> None:
    again = jose.import_key(jose.export_private(RSA))
    assert _verify(jose.sign(_claims(), again, "RS256", typ="at+jwt")).claims["aud"] == "api"
    assert "d" not in jose.export_public(RSA)


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://evil"}, {"iss": ["https://id"]}, {"aud": "other"}, {"exp": 0}, {"exp": "never"},
        {"exp": 1e400}, {"exp": True}, {"sub": ["p"]}, {"sub": None}, {"iat": int(AT.timestamp()) + 3600},
        {"nbf": int(AT.timestamp()) + 3600},
    ],
)  # fmt: skip
def test_c3_1_wrong_claims_are_refused(changes: dict[str, Any]) -> None:
    claims = {k: v for k, v in _claims(**changes).items() if v is not None}
    if claims.get("exp") == float("inf"):
        claims["exp"] = 10**400
    with pytest.raises(jose.TokenRefused):
        _verify(jose.sign(claims, KEY, "ES256", typ="at+jwt"))


def test_c3_1_other_kind_of_token_is_refused() -> None:
    with pytest.raises(jose.TokenRefused):
        _verify(jose.sign(_claims(), KEY, "ES256", typ="JWT"))


@pytest.mark.parametrize("alg", ["none", "NoNe", "HS256"])
def test_c3_1_alg_none_and_key_confusion_are_refused(alg: str) -> None:
    token = f"{_part({'alg': alg, 'kid': 'k1', 'typ': 'at+jwt'})}.{_part(_claims())}."
    with pytest.raises(jose.TokenRefused):
        _verify(token)


@pytest.mark.parametrize(
    "header",
    [
        {"kid": "../../etc/passwd"}, {"kid": "' OR 1=1--"}, {"kid": ["k1"]}, {"kid": "k" * 4096},
        {"kid": "k1", "crit": ["exp"]}, {"jwk": jose.export_public(jose.generate_key("ES256", "x"))},
        {"kid": "k1", "b64": False, "crit": ["b64"]}, {"jku": "https://evil/keys"},
    ],
)  # fmt: skip
def test_c3_1_hostile_header_is_refused(header: dict[str, Any]) -> None:
    good = jose.sign(_claims(), KEY, "ES256", typ="at+jwt").split(".")
    token = ".".join([_part({"alg": "ES256", "typ": "at+jwt", **header}), good[1], good[2]])
    with pytest.raises(jose.TokenRefused):
        _verify(token)


@pytest.mark.parametrize(
    "token", ["", "a.b", "a.b.c.d", "..", "x" * 9000, "\u2603.\u2603.\u2603", "a.b.c.d.e"]
)
def test_c3_1_shapeless_token_is_refused(token: str) -> None:
    with pytest.raises(jose.TokenRefused):
        _verify(token)


def test_key_unknown_is_told_apart() -> None:
    stranger = jose.generate_key("ES256", "k3")
    with pytest.raises(jose.KeyUnknown):
        _verify(jose.sign(_claims(), stranger, "ES256", typ="at+jwt"))


def test_key_set_reads_only_signing_keys() -> None:
    public = jose.export_public(KEY)
    unusable = [
        {**public, "use": "enc"},
        {"kty": "oct", "kid": "s", "k": "c2VjcmV0"},
        {"kty": "EC", "kid": "b"},
    ]
    keys = jose.import_key_set({"keys": [public, *unusable, {**public, "kid": None}, "nonsense"]})
    assert [key.kid for key in keys] == ["k1"]


@pytest.mark.parametrize("document", [{}, {"keys": None}, {"keys": {"kid": "k1"}}])
def test_shapeless_key_set_holds_no_keys(document: dict[str, Any]) -> None:
    assert jose.import_key_set(document) == []
