"""What a browser answers, parsed at the door, and its cryptographic check by the webauthn library.

The library is imported at the first answer: it takes 18 MB and a third of a second, and most
processes of a machine never see a passkey.
"""

import json
from dataclasses import dataclass
from typing import Any

from .encodings import from_base64url, to_base64url
from .rules import Party

_LONGEST_ANSWER = 16_384
_LONGEST_CREDENTIAL = 1023  # bytes, Web Authentication Level 3 §4
_TRANSPORTS = frozenset({"ble", "hybrid", "internal", "nfc", "smart-card", "usb"})


class AnswerUnreadable(Exception):
    """The text is no answer to anything."""


class AnswerWrong(Exception):
    """The answer does not prove what it says: signature, origin, RP id, presence, type."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer before anything in it is believed."""

    text: str
    credential_id: str
    challenge: str
    user_handle: bytes | None
    transports: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NewCredential:
    """What a checked registration brings."""

    credential_id: str
    public_key: bytes
    sign_count: int
    is_shared: bool
    is_verified: bool


@dataclass(frozen=True, slots=True)
class Assertion:
    """What a checked sign-in brings."""

    sign_count: int
    is_verified: bool


def parse_answer(text: str) -> Answer:
    """Read an answer of either ceremony (Web Authentication Level 3 §5.1.8); raises AnswerUnreadable."""
    try:
        return _parse(text)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise AnswerUnreadable from None


def check_registration(answer: Answer, party: Party) -> NewCredential:
    """Check a new credential (Web Authentication Level 3 §7.1); raises AnswerWrong."""
    from webauthn import verify_registration_response

    try:
        checked = verify_registration_response(
            credential=answer.text,
            expected_challenge=from_base64url(answer.challenge),
            expected_rp_id=party.id,
            expected_origin=party.origin,
        )
    except Exception:  # whatever a stranger's bytes do to the parsers, it is the same refusal
        raise AnswerWrong from None
    return NewCredential(
        credential_id=to_base64url(checked.credential_id),
        public_key=checked.credential_public_key,
        sign_count=checked.sign_count,
        is_shared=checked.credential_device_type.value == "multi_device",
        is_verified=checked.user_verified,
    )


def check_assertion(answer: Answer, party: Party, public_key: bytes) -> Assertion:
    """Check a sign-in (Web Authentication Level 3 §7.2); raises AnswerWrong.

    The counter is left to the caller, who compares and stores it in one statement.
    """
    from webauthn import verify_authentication_response

    try:
        checked = verify_authentication_response(
            credential=answer.text,
            expected_challenge=from_base64url(answer.challenge),
            expected_rp_id=party.id,
            expected_origin=party.origin,
            credential_public_key=public_key,
            credential_current_sign_count=0,
        )
    except Exception:  # as above
        raise AnswerWrong from None
    return Assertion(checked.new_sign_count, checked.user_verified)


def _parse(text: str) -> Answer:
    if len(text) > _LONGEST_ANSWER:
        raise ValueError
    sent = json.loads(text)
    response = sent["response"]
    client = json.loads(from_base64url(response["clientDataJSON"]))
    if client.get("crossOrigin"):
        raise ValueError  # asked inside a frame of another site (§7.2, step 10)
    credential_id, handle = from_base64url(sent["id"]), response.get("userHandle")
    if not 0 < len(credential_id) <= _LONGEST_CREDENTIAL:
        raise ValueError
    return Answer(
        text=text,
        credential_id=to_base64url(credential_id),
        challenge=to_base64url(from_base64url(client["challenge"])),
        user_handle=from_base64url(handle) if handle else None,
        transports=_transports(response),
    )


def _transports(response: dict[str, Any]) -> tuple[str, ...]:
    named = response.get("transports") or ()
    return tuple(sorted(_TRANSPORTS & {str(name) for name in named}))
