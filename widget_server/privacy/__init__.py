"""Privacy: what a person agreed to, word for word, and what was destroyed, when and why.

Owns the texts of the data consents, the proofs, and the destruction log (152-ФЗ, order 179 of
28.10.2022). It does not know what a problem is: subjects are bare keys.
"""

from typing import TYPE_CHECKING

from idp.kernel.ground.faces import later

from .texts import OPTIONAL, REQUIRED, ConsentAsked, ConsentGiven, Purpose, consent_texts

if TYPE_CHECKING:
    from .service import log_destruction, record_consents, withdraw_consents

__all__ = [
    "OPTIONAL",
    "REQUIRED",
    "ConsentAsked",
    "ConsentGiven",
    "Purpose",
    "consent_texts",
    "log_destruction",
    "record_consents",
    "withdraw_consents",
]

if not TYPE_CHECKING:
    __getattr__ = later(__name__, service=("log_destruction", "record_consents", "withdraw_consents"))
