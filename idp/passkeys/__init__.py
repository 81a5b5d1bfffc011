"""Passkeys: credentials of the Web Authentication API, as the only proof or beside a password.

Leaves to its neighbours: one-time codes (factors), the sign-in chain (signin), and the page where a
person adds, names and removes passkeys (selfservice).
"""

from typing import TYPE_CHECKING

from idp.kernel.ground.faces import later

if TYPE_CHECKING:
    from .challenges import Asked, new_challenge
    from .queries import RegisteredPasskey, find_passkey, has_passkey, passkeys_of
    from .rules import Owner, creation_options, factor_options, party_of, sign_in_options
    from .service import (
        Proof,
        add_passkey,
        parse_name,
        remove_passkey,
        rename_passkey,
        use_passkey,
    )

__all__ = [
    "Asked",
    "Owner",
    "Proof",
    "RegisteredPasskey",
    "add_passkey",
    "creation_options",
    "factor_options",
    "find_passkey",
    "has_passkey",
    "new_challenge",
    "parse_name",
    "party_of",
    "passkeys_of",
    "remove_passkey",
    "rename_passkey",
    "sign_in_options",
    "use_passkey",
]

if not TYPE_CHECKING:
    __getattr__ = later(
        __name__,
        challenges=("Asked", "new_challenge"),
        queries=("RegisteredPasskey", "find_passkey", "has_passkey", "passkeys_of"),
        rules=("Owner", "creation_options", "factor_options", "party_of", "sign_in_options"),
        service=(
            "Proof",
            "add_passkey",
            "parse_name",
            "remove_passkey",
            "rename_passkey",
            "use_passkey",
        ),
    )
