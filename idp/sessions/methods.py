"""How a person has proved to be who they are, in the words of `amr` (RFC 8176 §2).

    pwd   the password
    otp   a one-time code, of an app or of the printed list
    hwk   a passkey that stays in its device, as the device says: no attestation is asked
    swk   a passkey that its owner's devices share
    user  somebody was present and said yes to the passkey
    mfa   proofs of more than one kind: only such a session is strong

A passkey that has made sure of its owner (by a PIN or a fingerprint) is two proofs in one.
"""

from collections.abc import Iterable

PASSWORD = "pwd"  # noqa: S105 -- the name of a method
CODE = "otp"
DEVICE_KEY = "hwk"
SHARED_KEY = "swk"
PRESENCE = "user"
SEVERAL = "mfa"


def joined(*methods: Iterable[str]) -> tuple[str, ...]:
    """Give several lists of methods as one, each method once, the first one first."""
    return tuple(dict.fromkeys(method for some in methods for method in some))


def is_strong(amr: Iterable[str]) -> bool:
    """Say whether proofs of more than one kind were given."""
    return SEVERAL in amr
