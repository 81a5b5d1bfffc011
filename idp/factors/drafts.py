"""A seed on its way into the app: sealed in the form that shows it, so that nothing is kept before it works.

The form cannot be given another seed, another person's, or one of an hour ago.
"""

import base64
import binascii
from datetime import datetime
from uuid import UUID

from idp.kernel.crypto.envelope import Envelope, EnvelopeBroken

from .rules import new_seed

LIFE_SECONDS = 15 * 60


def draft_seed(envelope: Envelope, account_id: UUID, *, now: datetime) -> tuple[str, str]:
    """Give a new seed and the sealed draft of it."""
    seed = new_seed()
    return seed, _sealed(envelope, account_id, f"{int(now.timestamp())}:{seed}")


def read_draft(envelope: Envelope, account_id: UUID, draft: str, *, now: datetime) -> str | None:
    """Give the seed of a draft, or nothing when it is not the person's own or too old."""
    try:
        sealed = base64.urlsafe_b64decode(draft[:400])
        made, _, seed = envelope.open(sealed, _purpose(account_id)).decode().partition(":")
    except (binascii.Error, ValueError, EnvelopeBroken):
        return None
    return seed if now.timestamp() - int(made) <= LIFE_SECONDS else None


def _sealed(envelope: Envelope, account_id: UUID, text: str) -> str:
    return base64.urlsafe_b64encode(envelope.seal(text.encode(), _purpose(account_id))).decode()


def _purpose(account_id: UUID) -> str:
    return f"totp-draft:{account_id}"
