"""Commands of privacy: store proofs, withdraw them, write the destruction log."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from idp.kernel.crypto.digests import digest
from idp.kernel.storage.database import insert_once

from .models import ConsentProof, ConsentText, Destruction
from .texts import ConsentGiven


def record_consents(
    session: Session, given: Sequence[ConsentGiven], *, subject_id: UUID, now: datetime
) -> None:
    """Store a proof for each box ticked; the words themselves are stored once."""
    for one in given:
        asked = one.asked
        words = {
            "digest": digest(asked.text),
            "purpose": asked.purpose.value,
            "version": asked.version,
            "language": asked.language,
            "text": asked.text,
        }
        insert_once(session, ConsentText, words, conflict=["digest"])
        session.add(
            ConsentProof(subject_id=subject_id, text_digest=words["digest"], origin=one.origin, given_at=now)
        )


def withdraw_consents(session: Session, *, subject_id: UUID, now: datetime) -> None:
    """Mark all proofs of a subject as withdrawn; the proof that they were given stays."""
    standing = sa.update(ConsentProof).where(
        ConsentProof.subject_id == subject_id, ConsentProof.withdrawn_at.is_(None)
    )
    session.execute(standing.values(withdrawn_at=now))


def log_destruction(
    session: Session, what: Sequence[str], *, subject_id: UUID, ground: str, now: datetime
) -> None:
    """Write the line that proves a destruction (order 179): the kinds of data, never the data."""
    session.add(Destruction(subject_id=subject_id, ground=ground, what=list(what), at=now))
