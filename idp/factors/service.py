"""What changes the factors: an app is added, a code is used up, paper codes are made, everything goes.

A code of the app is good once: its time step is taken by a conditional UPDATE, so of two who send
the same code one wins, and an older step never comes back (RFC 6238 §5.2).
"""

from datetime import datetime
from typing import cast
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from idp.accounts import tell_change
from idp.audit import Event, record
from idp.kernel.crypto.digests import digest
from idp.kernel.storage.database import claim, insert_once
from idp.kernel.work.floor import Floor

from .devices import forget_devices
from .models import RecoveryCode, Totp
from .rules import matching_step, new_recovery_codes, typed_code, typed_recovery_code

_PURPOSE = "totp-seed"
_totp = cast(sa.Table, Totp.__table__)
_code = cast(sa.Table, RecoveryCode.__table__)


def add_totp(
    session: Session, account_id: UUID, seed: str, code: str, *, floor: Floor, now: datetime
) -> bool:
    """Add the app that shows this code; false when the code is wrong, or there is an app already."""
    step = matching_step(seed, typed_code(code), now=now)
    if step is None:
        return False
    sealed = floor.envelope.seal(seed.encode(), _PURPOSE)
    row = {"account_id": account_id, "sealed_seed": sealed, "last_step": step, "created_at": now}
    if not insert_once(session, _totp, row, conflict=["account_id"]):
        return False
    record(session, Event("totp.added", account_id), now=now)
    tell_change(session, account_id, "app-added", outbox=floor.outbox)
    return True


def use_totp(session: Session, account_id: UUID, code: str, *, floor: Floor, now: datetime) -> bool:
    """Use a code of the app up; false when it is wrong or was used."""
    row = session.execute(sa.select(_totp).where(_totp.c.account_id == account_id)).first()
    if row is None:
        return False
    seed = floor.envelope.open(row.sealed_seed, _PURPOSE).decode()
    step = matching_step(seed, typed_code(code), now=now)
    if step is None:
        return False
    unused = sa.update(_totp).where(_totp.c.account_id == account_id, _totp.c.last_step < step)
    return claim(session, unused.values(last_step=step, last_used_at=now))


def remove_totp(session: Session, account_id: UUID, *, floor: Floor, now: datetime) -> None:
    """Remove the app."""
    session.execute(sa.delete(_totp).where(_totp.c.account_id == account_id))
    record(session, Event("totp.removed", account_id), now=now)
    tell_change(session, account_id, "app-removed", outbox=floor.outbox)


def make_recovery_codes(session: Session, account_id: UUID, *, floor: Floor, now: datetime) -> list[str]:
    """Give ten new codes for paper; the old ones are dead. They are shown now and never again."""
    codes = new_recovery_codes()
    session.execute(sa.delete(_code).where(_code.c.account_id == account_id))
    rows = [
        {"account_id": account_id, "code_digest": _digest(account_id, code), "created_at": now}
        for code in codes
    ]
    session.execute(sa.insert(_code), rows)
    record(session, Event("recovery_codes.made", account_id), now=now)
    tell_change(session, account_id, "codes-made", outbox=floor.outbox)
    return codes


def use_recovery_code(session: Session, account_id: UUID, code: str, *, floor: Floor, now: datetime) -> bool:
    """Use a code from paper up; false when it is wrong or was used."""
    unused = sa.update(_code).where(
        _code.c.account_id == account_id,
        _code.c.code_digest == _digest(account_id, code),
        _code.c.used_at.is_(None),
    )
    if not claim(session, unused.values(used_at=now)):
        return False
    record(session, Event("recovery_code.used", account_id), now=now)
    tell_change(session, account_id, "code-used", outbox=floor.outbox)
    return True


def forget_factors(session: Session, account_id: UUID) -> None:
    """Drop what is worth nothing without a factor, and the app."""
    session.execute(sa.delete(_totp).where(_totp.c.account_id == account_id))
    session.execute(sa.delete(_code).where(_code.c.account_id == account_id))
    forget_devices(session, account_id)


def _digest(account_id: UUID, code: str) -> str:
    return digest(f"{account_id}\n{typed_recovery_code(code)}")
