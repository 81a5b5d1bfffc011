"""Pure rules of the passkeys: who we are to a browser, what it is asked, what an answer proves.

Passkeys belong to a domain (the RP id), by default the provider's host; an operator who will move
the provider under another name of the same domain names that domain from the beginning.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit
from uuid import UUID

from idp.sessions import DEVICE_KEY, PRESENCE, SEVERAL, SHARED_KEY

from .encodings import to_base64url

if TYPE_CHECKING:
    from idp.settings import ProviderSettings

    from .queries import RegisteredPasskey

MOST_PASSKEYS = 20
_ALGORITHMS = (-8, -7, -257)  # EdDSA, ES256, RS256 (RFC 9053 §2)
_TIMEOUT_MS = 5 * 60 * 1000


@dataclass(frozen=True, slots=True)
class Party:
    """Who we are to a browser (Web Authentication Level 3 §4, Relying Party)."""

    id: str
    origin: str


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose passkey is made, as the device will show it."""

    account_id: UUID
    login: str
    name: str


def party_of(settings: "ProviderSettings") -> Party:
    """Give who we are by the settings, never by a request's host."""
    host = urlsplit(settings.public_url).hostname or ""
    return Party(settings.passkey_domain or host, settings.public_url)


def creation_options(
    party: Party, challenge: str, owner: Owner, known: "Iterable[RegisteredPasskey]"
) -> Mapping[str, Any]:
    """Give what `navigator.credentials.create` is asked (Web Authentication Level 3 §5.4); no attestation."""
    return {
        "rp": {"id": party.id, "name": "iGrajdanin"},
        "user": {
            "id": to_base64url(owner.account_id.bytes),
            "name": owner.login,
            "displayName": owner.name or owner.login,
        },
        "challenge": challenge,
        "pubKeyCredParams": [{"type": "public-key", "alg": algorithm} for algorithm in _ALGORITHMS],
        "timeout": _TIMEOUT_MS,
        "excludeCredentials": [_described(passkey) for passkey in known],
        "authenticatorSelection": {"residentKey": "preferred", "userVerification": "preferred"},
        "attestation": "none",
    }


def sign_in_options(party: Party, challenge: str) -> Mapping[str, Any]:
    """Give what `navigator.credentials.get` is asked of somebody unknown: the device must know its owner."""
    return _request(party, challenge, (), "required")


def factor_options(party: Party, challenge: str, known: "Iterable[RegisteredPasskey]") -> Mapping[str, Any]:
    """Give what is asked of a known person: after a password, holding the passkey is enough."""
    return _request(party, challenge, known, "preferred")


def methods(*, is_shared: bool, is_verified: bool) -> tuple[str, ...]:
    """Give what an answer proves, as `amr` (RFC 8176 §2).

    A key that its owner's devices share has left its hardware. One that has made sure of its owner
    proves possession and knowledge (or a trait) at once.
    """
    key = SHARED_KEY if is_shared else DEVICE_KEY
    return (key, PRESENCE, SEVERAL) if is_verified else (key, PRESENCE)


def _request(
    party: Party, challenge: str, known: "Iterable[RegisteredPasskey]", verification: str
) -> Mapping[str, Any]:
    return {
        "rpId": party.id,
        "challenge": challenge,
        "timeout": _TIMEOUT_MS,
        "allowCredentials": [_described(passkey) for passkey in known],
        "userVerification": verification,
    }


def _described(passkey: "RegisteredPasskey") -> Mapping[str, Any]:
    return {"type": "public-key", "id": passkey.credential_id, "transports": list(passkey.transports)}
