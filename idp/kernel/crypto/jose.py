"""The one door to JOSE. Every call names its algorithms, and a key is always ours to choose.

A header's own `jwk`, `jku`, `x5u` or `x5c` is never followed and `kid` only selects among the keys
that the caller gave (RFC 8725 §3.1, §3.10; spec C3.1). No JWE is accepted.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, KeyParameters, KeySet, RSAKey

Algorithm = Literal["ES256", "RS256"]
SigningKey = ECKey | RSAKey
LONGEST_TOKEN = 8192
LEEWAY_SECONDS = 30
_LATEST_TIME = 2**40
_BROKEN = (ValueError, TypeError, KeyError, UnicodeError)


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
    header = {"alg": algorithm, "kid": key.kid, "typ": typ}
    return jwt.encode(header, dict(claims), key, algorithms=[algorithm])


def read_kid(token: str) -> str | None:
    """Give the key that a token names, unproved: it only selects among keys of ours."""
    if len(token) > LONGEST_TOKEN or token.count(".") != 2:
        return None
    try:
        kid = jws.extract_compact(token.encode()).protected.get("kid")
    except (JoseError, *_BROKEN):
        return None
    return kid if isinstance(kid, str) else None


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


def _usable(data: object) -> SigningKey | None:
    if not isinstance(data, dict) or data.get("use", "sig") != "sig" or not isinstance(data.get("kid"), str):
        return None
    try:
        return import_key(data)
    except (TokenRefused, JoseError, *_BROKEN):
        return None


def _choose(token: str, keys: Sequence[SigningKey]) -> KeySet:
    """Give the candidate keys by `kid`; the header decides nothing else."""
    header = jws.extract_compact(token.encode()).protected
    kid = header.get("kid")
    if not isinstance(kid, str):
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
