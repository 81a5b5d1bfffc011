"""The one door to JOSE. Every call names its algorithms, and a key is always ours to choose.

A header's own `jwk`, `jku`, `x5u` or `x5c` is never followed and `kid` only selects among the keys
that the caller gave (RFC 8725 §3.1, §3.10; spec C3.1). No JWE is accepted.

What we sign ourselves goes by `sign` and `verify`; what others sign with keys of theirs (clients'
assertions, request objects) goes by `verify_foreign`, which knows more algorithms and forgives less.
"""

import base64
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Any, Literal

import orjson
from joserfc import jws, jwt
from joserfc.errors import JoseError, UnsupportedAlgorithmError
from joserfc.jwk import ECKey, KeyParameters, KeySet, OKPKey, RSAKey

Algorithm = Literal["ES256", "RS256"]
ForeignAlgorithm = Literal["RS256", "PS256", "ES256", "EdDSA", "Ed25519"]
FOREIGN_ALGORITHMS: tuple[ForeignAlgorithm, ...] = ("RS256", "PS256", "ES256", "EdDSA", "Ed25519")
SigningKey = ECKey | RSAKey
VerifyingKey = ECKey | RSAKey | OKPKey
LONGEST_TOKEN = 8192
LEEWAY_SECONDS = 30
MOST_FOREIGN_KEYS = 20
_LATEST_TIME = 2**40
_LONGEST_KID = 256
_RSA_MODULUS_LENGTHS = range(342, 684)  # 2048 to 4096 bits in base64url: a larger one is there to cost us
_RSA_LONGEST_EXPONENT = 8
_BROKEN = (ValueError, TypeError, KeyError, UnicodeError, RecursionError)
_PUBLIC_MEMBERS = ("kty", "n", "e", "crv", "x", "y", "kid", "alg")
_PRIVATE_MEMBERS = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
_FOREIGN_HEADER = frozenset({"alg", "kid", "typ", "x5t", "x5t#S256"})
# RFC 7518 §3.1, RFC 8037 §3.1; RFC 9864 §2.2 names Ed25519 what was EdDSA with that curve.
_KEY_OF_ALGORITHM = MappingProxyType(
    {
        "RS256": ("RSA", None),
        "PS256": ("RSA", None),
        "ES256": ("EC", "P-256"),
        "EdDSA": ("OKP", "Ed25519"),
        "Ed25519": ("OKP", "Ed25519"),
    }
)


class TokenRefused(Exception):
    """The token is not one that we accept; the text says why, for the log only."""


class KeyUnknown(TokenRefused):
    """The token names a key that is not among the given ones; a fresh key set may hold it."""


@dataclass(frozen=True, slots=True)
class Token:
    """A verified token: its protected header and its claims."""

    header: Mapping[str, Any]
    claims: Mapping[str, Any]


def generate_key(algorithm: Algorithm, kid: str) -> SigningKey:
    """Make a private key: P-256 for ES256, RSA with 2048 bits for RS256."""
    parameters: KeyParameters = {"kid": kid, "alg": algorithm, "use": "sig"}
    if algorithm == "ES256":
        return ECKey.generate_key("P-256", parameters)
    return RSAKey.generate_key(2048, parameters)


def import_key(data: Mapping[str, Any]) -> SigningKey:
    """Read a key from its JWK form; costs some 28 ms for a private RSA key, so keep the object."""
    if data.get("kty") == "EC":
        return ECKey.import_key(dict(data))
    if data.get("kty") == "RSA":
        return RSAKey.import_key(dict(data))
    raise TokenRefused("key type")


def import_key_set(document: Mapping[str, Any]) -> list[SigningKey]:
    """Read the signing keys of a published key set (RFC 7517 §5); what is of another kind is left out."""
    listed = document.get("keys")
    return [key for data in listed if (key := _usable(data))] if isinstance(listed, list) else []


def export_private(key: SigningKey) -> dict[str, Any]:
    """Give the private JWK, to be sealed at once."""
    return dict(key.as_dict(private=True))


def export_public(key: SigningKey) -> dict[str, Any]:
    """Give the public JWK as published at the key set's address."""
    return dict(key.as_dict(private=False))


def sign(claims: Mapping[str, Any], key: SigningKey, algorithm: Algorithm, *, typ: str) -> str:
    """Give a signed token (RFC 7519) whose header names its kind (RFC 8725 §3.11)."""
    told = f"{_header(algorithm, str(key.kid), typ)}.{_base64url(_dump(claims))}"
    signature = jws.JWSRegistry.algorithms[algorithm].sign(told.encode(), key)
    return f"{told}.{_base64url(signature)}"


def read_kid(token: str) -> str | None:
    """Give the key that a token names, unproved: it only selects among keys of ours."""
    if len(token) > LONGEST_TOKEN or token.count(".") != 2:
        return None
    try:
        return _kid_in(token.partition(".")[0])
    except _BROKEN:
        return None


def verify(
    token: str,
    keys: Sequence[SigningKey],
    *,
    algorithms: Sequence[Algorithm],
    typ: str,
    issuer: str,
    audience: str,
    now: datetime,
) -> Token:
    """Verify signature, kind, issuer, audience and life of a token, or raise TokenRefused.

    RFC 9068 §4 for access tokens, OpenID Connect Core §3.1.3.7 for ID tokens.
    """
    verified = verify_signature(token, keys, algorithms=algorithms, typ=typ)
    _check_claims(verified.claims, issuer=issuer, audience=audience, now=now)
    return verified


def verify_signature(
    token: str, keys: Sequence[SigningKey], *, algorithms: Sequence[Algorithm], typ: str
) -> Token:
    """Verify only who signed and what kind it is, for hints that may have expired (id_token_hint)."""
    if len(token) > LONGEST_TOKEN or token.count(".") != 2:
        raise TokenRefused("shape")
    try:
        chosen = _choose(token, keys)
        decoded = jwt.decode(token, chosen, algorithms=list(algorithms))
    except (JoseError, *_BROKEN) as error:
        raise TokenRefused(type(error).__name__) from None
    if str(decoded.header.get("typ", "JWT")).lower().removeprefix("application/") != typ.lower():
        raise TokenRefused("typ")
    return Token(decoded.header, decoded.claims)


def import_foreign_keys(document: Mapping[str, Any]) -> list[VerifyingKey]:
    """Read the public keys of somebody else's key set (RFC 7517 §5); what we cannot use is left out."""
    listed = document.get("keys")
    listed = listed[:MOST_FOREIGN_KEYS] if isinstance(listed, list) else []
    return [key for data in listed if (key := _foreign_key(data))]


def public_jwks(document: Mapping[str, Any]) -> dict[str, Any]:
    """Give a key set with the public members of its usable keys alone; raises ValueError with the reason."""
    listed = document.get("keys")
    if not isinstance(listed, list) or not 0 < len(listed) <= MOST_FOREIGN_KEYS:
        raise ValueError(f"1 to {MOST_FOREIGN_KEYS} keys are needed")
    if any(isinstance(data, dict) and _PRIVATE_MEMBERS & data.keys() for data in listed):
        raise ValueError("a private or shared key is in it: make new ones")
    public = [{n: d[n] for n in (*_PUBLIC_MEMBERS, "use") if n in d} for d in listed if _foreign_key(d)]
    if not public:
        raise ValueError("none of the keys can be used for signatures")
    return {"keys": public}


def verify_foreign(
    token: str,
    keys: Sequence[VerifyingKey],
    *,
    algorithms: Sequence[ForeignAlgorithm],
    types: Collection[str] = ("jwt",),
) -> Token:
    """Verify who signed a token and what kind it is (lower case, "jwt" where none is named).

    Raises KeyUnknown when no key fits, TokenRefused otherwise; claims are for `check_assertion`.
    A header without `kid` is good when exactly one key fits (RFC 7515 §4.1.4 makes it optional).
    """
    if len(token) > LONGEST_TOKEN or token.count(".") != 2:
        raise TokenRefused("shape")
    try:
        header = _foreign_header(token)
        chosen = _fitting_key(header, keys, algorithms)
        registry = _ForeignRegistry(algorithms=list(algorithms))
        decoded = jwt.decode(token, chosen, registry=registry, decoder_cls=_StrictDecoder)
    except (JoseError, *_BROKEN) as error:
        raise TokenRefused(type(error).__name__) from None
    if str(header.get("typ", "JWT")).lower().removeprefix("application/") not in types:
        raise TokenRefused("typ")
    return Token(header, decoded.claims)


def claimed_issuer(token: str) -> str | None:
    """Give whom an unverified token claims to come from: only to find the keys that will verify it."""
    try:
        payload = token.split(".")[1] if len(token) <= LONGEST_TOKEN else ""
        claimed = json.loads(base64.urlsafe_b64decode(payload + "=="), cls=_StrictDecoder).get("iss")
    except (AttributeError, IndexError, *_BROKEN):
        return None
    return claimed if isinstance(claimed, str) else None


def check_assertion(
    claims: Mapping[str, Any], *, issuer: str, audiences: Collection[str], longest_seconds: int, now: datetime
) -> None:
    """Check issuer, audience and life of what a client has signed (RFC 7523 §3), or raise TokenRefused.

    `exp` must be there and at most `longest_seconds` away, so that one-time use can be remembered.
    """
    named = claims.get("aud")
    named = named if isinstance(named, list) else [named]
    if claims.get("iss") != issuer or not any(isinstance(one, str) and one in audiences for one in named):
        raise TokenRefused("iss or aud")
    at, expires = now.timestamp(), claims.get("exp")
    latest = at + longest_seconds + LEEWAY_SECONDS
    if not isinstance(expires, int) or not _is_time(expires) or not at - LEEWAY_SECONDS < expires <= latest:
        raise TokenRefused("exp")
    begun = [claims[name] for name in ("nbf", "iat") if name in claims]
    if not all(_is_time(one) and one - LEEWAY_SECONDS <= at for one in begun):
        raise TokenRefused("not yet")


_Signing = Any  # joserfc does not name the type of its algorithms in public


class _ForeignRegistry(jws.JWSRegistry):
    """Takes longer headers than joserfc by itself; of algorithms the caller's alone, old names too."""

    max_header_length = 2048

    def get_alg(self, name: str) -> _Signing:
        if name not in (self.allowed or ()):
            raise UnsupportedAlgorithmError("not allowed here")
        return self.algorithms[name]


class _StrictDecoder(json.JSONDecoder):
    """Refuses an object that says one thing twice: two readers could read it differently."""

    def __init__(self) -> None:
        super().__init__(object_pairs_hook=_without_repeats)


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a member is repeated")
    return made


def _foreign_header(token: str) -> dict[str, Any]:
    """Read a header; one with members that could lead elsewhere (jwk, jku, x5u, x5c, crit) is refused."""
    encoded = token.partition(".")[0]
    header = json.loads(base64.urlsafe_b64decode(encoded + "=="), cls=_StrictDecoder)
    if not isinstance(header, dict) or not header.keys() <= _FOREIGN_HEADER:
        raise TokenRefused("header")
    return header


def _fitting_key(
    header: Mapping[str, Any], keys: Sequence[VerifyingKey], algorithms: Collection[str]
) -> VerifyingKey:
    algorithm, kid = header.get("alg"), header.get("kid")
    if not isinstance(algorithm, str) or algorithm not in algorithms:
        raise TokenRefused("alg")
    if kid is not None and (not isinstance(kid, str) or len(kid) > _LONGEST_KID):
        raise TokenRefused("kid")
    fitting = [key for key in keys if _fits(key, algorithm) and kid in (None, key.kid)]
    if not fitting:
        raise KeyUnknown("kid")
    if len(fitting) > 1:
        raise TokenRefused("several keys fit")
    return fitting[0]


def _fits(key: VerifyingKey, algorithm: str) -> bool:
    """Say whether a key is of the kind of an algorithm, and meant for it where it names one."""
    if key.key_type != "RSA":  # one curve has one algorithm, whatever its name (RFC 9864 §2.2)
        return (key.key_type, key.get("crv")) == _KEY_OF_ALGORITHM[algorithm]
    return _KEY_OF_ALGORITHM[algorithm] == ("RSA", None) and key.get("alg", algorithm) == algorithm


def _foreign_key(data: object) -> VerifyingKey | None:
    """Read the public half of one key, or nothing when we have no use for it."""
    if not isinstance(data, dict) or data.get("use", "sig") != "sig" or not _is_for_verifying(data):
        return None
    public = {name: data[name] for name in _PUBLIC_MEMBERS if name in data}
    if not all(isinstance(value, str) for value in public.values()):
        return None
    try:
        return _import_public(public)
    except (JoseError, *_BROKEN):
        return None


def _is_for_verifying(data: Mapping[str, Any]) -> bool:
    operations = data.get("key_ops", ["verify"])
    return isinstance(operations, list) and "verify" in operations


def _import_public(public: dict[str, str]) -> VerifyingKey | None:
    kind = (public.get("kty"), public.get("crv"))
    if kind == ("RSA", None):
        sizes = len(public["n"]) in _RSA_MODULUS_LENGTHS and len(public["e"]) <= _RSA_LONGEST_EXPONENT
        return RSAKey.import_key(dict(public)) if sizes else None
    if kind == ("EC", "P-256"):
        return ECKey.import_key(dict(public))
    return OKPKey.import_key(dict(public)) if kind == ("OKP", "Ed25519") else None


@cache
def _header(algorithm: Algorithm, kid: str, typ: str) -> str:
    return _base64url(orjson.dumps({"alg": algorithm, "kid": kid, "typ": typ}))


def _dump(claims: Mapping[str, Any]) -> bytes:
    try:
        return orjson.dumps(claims)
    except TypeError:  # a whole number of more than 64 bits
        return json.dumps(dict(claims)).encode()


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _usable(data: object) -> SigningKey | None:
    if not isinstance(data, dict) or data.get("use", "sig") != "sig" or not isinstance(data.get("kid"), str):
        return None
    try:
        return import_key(data)
    except (TokenRefused, JoseError, *_BROKEN):
        return None


@lru_cache(maxsize=64)
def _kid_in(encoded: str) -> str | None:
    """Read the `kid` of a header; kept, because all tokens of one key and kind have the same header."""
    header = orjson.loads(base64.urlsafe_b64decode(encoded + "=="))
    kid = header.get("kid") if isinstance(header, dict) else None
    return kid if isinstance(kid, str) else None


def _choose(token: str, keys: Sequence[SigningKey]) -> KeySet:
    """Give the candidate keys by `kid`; the header decides nothing else."""
    kid = _kid_in(token.partition(".")[0])
    if kid is None:
        raise TokenRefused("kid")
    candidates = [k for k in keys if k.kid == kid]
    if not candidates:
        raise KeyUnknown("kid")
    return KeySet(list(candidates))


def _check_claims(claims: Mapping[str, Any], *, issuer: str, audience: str, now: datetime) -> None:
    named = claims.get("aud")
    audiences = named if isinstance(named, list) else [named]
    if claims.get("iss") != issuer or audience not in audiences:
        raise TokenRefused("iss or aud")
    at = now.timestamp()
    if not _is_time(claims.get("exp")) or claims["exp"] + LEEWAY_SECONDS <= at:
        raise TokenRefused("exp")
    if any(_is_time(claims.get(name)) and claims[name] - LEEWAY_SECONDS > at for name in ("nbf", "iat")):
        raise TokenRefused("not yet")
    if not isinstance(claims.get("sub"), str):
        raise TokenRefused("sub")


def _is_time(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value < _LATEST_TIME
