"""Pure rules of the factors: one-time codes of an app (RFC 6238), and the codes on paper."""

import base64
import secrets
from datetime import datetime

import pyotp

from idp.kernel.crypto.digests import matches
from idp.kernel.ground.ids import new_number

STEP_SECONDS = 30
RECOVERY_CODES = 10
_SEED_BYTES = 20  # RFC 4226 §4, R6
_RECOVERY_LENGTH = 16  # of 5 bits each, under limits: 80 bits need no slow digest
_GROUP = 4
_MISREAD = str.maketrans("ILO", "110")


def new_seed() -> str:
    """Give a seed in base32, as apps take it."""
    return base64.b32encode(secrets.token_bytes(_SEED_BYTES)).decode()


def enrolment_uri(seed: str, *, account: str, issuer: str) -> str:
    """Give the address that the QR code holds."""
    return pyotp.TOTP(seed, interval=STEP_SECONDS).provisioning_uri(name=account, issuer_name=issuer)


def matching_step(seed: str, code: str, *, now: datetime) -> int | None:
    """Give the time step whose code this is: the present one or a neighbour (RFC 6238 §5.2), or nothing."""
    present = int(now.timestamp()) // STEP_SECONDS
    otp = pyotp.TOTP(seed, interval=STEP_SECONDS)
    fitting = [step for step in (present, present - 1, present + 1) if matches(otp.generate_otp(step), code)]
    return next(iter(fitting), None)


def typed_code(text: str) -> str:
    """Give a one-time code as it was meant: apps show it in groups."""
    return "".join(text[:20].split())


def new_recovery_codes() -> list[str]:
    """Give codes for paper, in groups."""
    return [in_groups(new_number(_RECOVERY_LENGTH)) for _ in range(RECOVERY_CODES)]


def typed_recovery_code(text: str) -> str:
    """Give a code from paper as it was meant: groups, case and letters that look like digits do not count."""
    kept = "".join(c for c in text[:60].upper() if c.isascii() and c.isalnum())
    return kept.translate(_MISREAD)


def in_groups(text: str) -> str:
    """Give a text in groups of four, for reading aloud and typing."""
    return "-".join(text[at : at + _GROUP] for at in range(0, len(text), _GROUP))
