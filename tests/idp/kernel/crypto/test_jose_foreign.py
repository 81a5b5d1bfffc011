"""What others sign with keys of theirs: more algorithms than ours, nothing inexact (spec C3.1)."""

import base64
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from joserfc import jws
from joserfc.jwk import ECKey, OKPKey, RSAKey

from idp.kernel.crypto import jose
from tests.idp.outside import sign_foreign

AT = datetime(2026, 6, 10, tzinfo=UTC)
NOW = int(AT.timestamp())
EC = ECKey.generate_key("P-256", {"kid": "ec"})
RSA = RSAKey.generate_key(2048, {"kid": "rsa"})
OKP = OKPKey.generate_key("Ed25519", {"kid": "okp"})
KEYS = jose.import_foreign_keys({"keys": [key.as_dict(private=True) for key in (EC, RSA, OKP)]})
KEY_OF = {"ES256": EC, "RS256": RSA, "PS256": RSA, "Ed25519": OKP}


def _signed(claims: dict[str, Any] | None = None, *, key: Any = EC, alg: str = "ES256", **header: Any) -> str:
    return sign_foreign(claims or {"iss": "c"}, key, alg, **header)


def _verify(token: str, keys: Any = KEYS) -> jose.Token:
    return jose.verify_foreign(token, keys, algorithms=jose.FOREIGN_ALGORITHMS)


@pytest.mark.parametrize("alg", ["ES256", "RS256", "PS256", "Ed25519", "EdDSA"])
def test_every_asymmetric_algorithm_is_taken(alg: str) -> None:
    key = KEY_OF.get(alg, OKP)
    assert _verify(_signed(key=key, alg=alg)).claims == {"iss": "c"}
    assert _verify(_signed(key=key, alg=alg, kid=None, typ="JWT")).claims == {"iss": "c"}


def test_only_public_halves_are_kept() -> None:
    assert [key.kid for key in KEYS] == ["ec", "rsa", "okp"]
    assert not any(key.is_private for key in KEYS)


def test_algorithm_must_be_asked_for() -> None:
    with pytest.raises(jose.TokenRefused):
        jose.verify_foreign(_signed(key=RSA, alg="RS256"), KEYS, algorithms=["PS256", "ES256"])


def test_no_kid_needs_exactly_one_fitting_key() -> None:
    twins = jose.import_foreign_keys({"keys": [EC.as_dict(), ECKey.generate_key("P-256").as_dict()]})
    with pytest.raises(jose.TokenRefused):
        _verify(_signed(kid=None), twins)


def test_unknown_kid_is_told_apart() -> None:
    with pytest.raises(jose.KeyUnknown):
        _verify(_signed(kid="new"))
    with pytest.raises(jose.KeyUnknown):
        _verify(_signed(), [])


def test_key_is_used_for_its_own_algorithm_only() -> None:
    marked = jose.import_foreign_keys({"keys": [{**RSA.as_dict(private=False), "alg": "PS256"}]})
    assert _verify(_signed(key=RSA, alg="PS256"), marked)
    with pytest.raises(jose.KeyUnknown):
        _verify(_signed(key=RSA, alg="RS256"), marked)


@pytest.mark.parametrize(
    "data",
    [
        {"kty": "oct", "k": "c2VjcmV0"}, {"kty": "EC", "kid": "x"}, "nonsense", {}, None,
        {**EC.as_dict(private=False), "use": "enc"}, {**EC.as_dict(private=False), "kid": 5},
        {**EC.as_dict(private=False), "key_ops": ["encrypt"]},
        {**RSA.as_dict(private=False), "n": "A" * 2000},
        {**RSA.as_dict(private=False), "e": "A" * 300}, {"kty": "RSA", "n": "w" * 171, "e": "AQAB"},
        ECKey.generate_key("P-384").as_dict(private=False),
    ],
    ids=lambda data: ",".join(data or ())[:40],  # no values: the keys differ in every process
)  # fmt: skip
def test_unusable_key_is_left_out(data: Any) -> None:
    assert jose.import_foreign_keys({"keys": [data]}) == []


def test_endless_key_set_is_cut() -> None:
    assert (
        len(jose.import_foreign_keys({"keys": [EC.as_dict(private=False)] * 500})) == jose.MOST_FOREIGN_KEYS
    )


@pytest.mark.parametrize(
    "header",
    [
        {"jwk": EC.as_dict(private=False)}, {"jku": "https://evil.test/k"}, {"x5u": "https://evil.test/c"},
        {"x5c": ["MII"]}, {"crit": ["exp"]}, {"crit": ["b64"], "b64": False}, {"zip": "DEF"},
        {"kid": "../../etc/passwd"}, {"kid": "' OR 1=1--"}, {"kid": ["ec"]}, {"kid": "k" * 4096},
        {"typ": "at+jwt"}, {"typ": "logout+jwt"}, {"typ": "dpop+jwt"}, {"typ": 5}, {"cty": "JWT"},
    ],
    ids=lambda header: ",".join(header),
)  # fmt: skip
def test_c3_1_hostile_header_is_refused(header: dict[str, Any]) -> None:
    with pytest.raises(jose.TokenRefused):
        _verify(_signed(**header))


def _part(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def test_c3_1_alg_none_and_key_confusion_are_refused() -> None:
    claims = _part('{"iss":"c"}')
    for alg in ("none", "NoNe", "HS256", "PBES2-HS256+A128KW", "RSA-OAEP", "", 5, None, ["ES256"]):
        header = _part(json.dumps({"alg": alg, "kid": "ec"}))
        for signature in ("", _part("x" * 64)):
            with pytest.raises(jose.TokenRefused):
                _verify(f"{header}.{claims}.{signature}")


def test_c3_1_changed_token_is_refused() -> None:
    good = _signed()
    header, claims, signature = good.split(".")
    twice = _part('{"alg":"ES256","alg":"ES256","kid":"ec"}')
    other = _signed(key=ECKey.generate_key("P-256", {"kid": "ec"}))
    broken = ["..", "", "a.b", "\u2603.a.b", "x" * 9000 + "..", _part("[" * 6000) + ".a.b", other]
    broken += [f"{header}.{claims}.", f"{good}.", f"{good}=", f"{good}.{signature}.x"]
    broken += [f"{twice}.{claims}.{signature}", f"{header}.{_part('{')}.{signature}"]
    for bad in broken:
        with pytest.raises(jose.TokenRefused):
            _verify(bad)


def test_c3_1_non_canonical_base64_is_refused() -> None:
    good = _signed()
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    same_bytes = good[:-1] + alphabet[alphabet.index(good[-1]) + 1]
    with pytest.raises(jose.TokenRefused):
        _verify(same_bytes)


def test_c3_1_repeated_member_is_refused() -> None:
    raw = jws.serialize_compact({"alg": "ES256", "kid": "ec"}, '{"iss":"c","iss":"d"}', EC)
    with pytest.raises(jose.TokenRefused):
        _verify(raw)


def _check(**changes: Any) -> None:
    claims = {"iss": "c", "aud": "https://id", "exp": NOW + 60, **changes}
    sent = {name: value for name, value in claims.items() if value is not None}
    jose.check_assertion(
        sent, issuer="c", audiences=("https://id", "https://id/t"), longest_seconds=600, now=AT
    )


def test_assertion_of_every_good_shape_is_taken() -> None:
    _check()
    _check(aud=["x", "https://id/t"], iat=NOW, nbf=NOW + 8)
    _check(exp=NOW + 600, iat=NOW - 300)
    _check(exp=NOW - 10)


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "d"}, {"iss": ["c"]}, {"iss": None}, {"aud": "https://evil"}, {"aud": None}, {"aud": []},
        {"aud": [["https://id"]]}, {"aud": {"https://id": 1}}, {"exp": None}, {"exp": NOW - 300},
        {"exp": NOW + 365 * 86400}, {"exp": str(NOW + 60)}, {"exp": NOW + 60.5}, {"exp": float("inf")},
        {"exp": True}, {"exp": 10**400}, {"iat": NOW + 3600}, {"nbf": NOW + 70}, {"nbf": "now"},
    ],
    ids=lambda changes: str(changes)[:40],
)  # fmt: skip
def test_c3_9_wrong_claims_are_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(jose.TokenRefused):
        _check(**changes)
