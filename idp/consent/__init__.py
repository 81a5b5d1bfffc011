"""Consent: what people let sites know about them, asked on a page of our own, never in a frame.

Not to be mixed up with a person's consent under the law, which the window keeps.
"""

from typing import TYPE_CHECKING

from idp.kernel.ground.faces import later

from .rules import CLAIM, is_covered

if TYPE_CHECKING:
    from .service import GivenConsent, consented_scope, consents_of, give_consent, withdraw_consent
    from .words import scope_words

__all__ = [
    "CLAIM",
    "GivenConsent",
    "consented_scope",
    "consents_of",
    "give_consent",
    "is_covered",
    "scope_words",
    "withdraw_consent",
]

if not TYPE_CHECKING:
    __getattr__ = later(
        __name__,
        service=(
            "GivenConsent",
            "consented_scope",
            "consents_of",
            "give_consent",
            "withdraw_consent",
        ),
        words=("scope_words",),
    )
