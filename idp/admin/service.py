"""What staff and operators do to people and sites: each is one transaction over several slices.

A locked person's and a disabled site's sessions, codes and tokens die in the same transaction
(spec C9.5); the log holds who did it.
"""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from idp.accounts import (
    AccountRecord,
    ask_reset,
    lock_account,
    parse_address,
    set_level,
    unlock_account,
)
from idp.audit import Actor, Event, record
from idp.clients import disable_client
from idp.kernel.ground.ids import new_secret
from idp.kernel.work.outbox import Outbox
from idp.sessions import end_sessions_of
from idp.tokens import revoke_grants_by, revoke_grants_of

from .rules import LevelProof


def lock_person(session: Session, account_id: UUID, *, reason: str, by: Actor, now: datetime) -> None:
    """Lock an account and end all that was open by it; raises StateChanged, LastAdmin."""
    lock_account(session, account_id, reason=reason, by=by, now=now)
    sign_person_out(session, account_id, by=by, now=now)


def unlock_person(session: Session, account_id: UUID, *, by: Actor, now: datetime) -> None:
    """Unlock an account, not what was half-way when it was locked; raises StateChanged."""
    unlock_account(session, account_id, by=by, now=now)
    sign_person_out(session, account_id, by=by, now=now)


def sign_person_out(session: Session, account_id: UUID, *, by: Actor, now: datetime) -> None:
    """End a person's sessions and every site's access to them."""
    end_sessions_of(session, account_id, now=now, by=by)
    revoke_grants_of(session, account_id, now=now)


def prove_level(session: Session, account_id: UUID, proof: LevelProof, *, by: Actor, now: datetime) -> None:
    """Set a level that was proved in person; the note stays with the account, not in the log."""
    set_level(session, account_id, proof.level, how=proof.note, now=now)
    record(session, Event("account.level_set", account_id, by=by, details={"level": proof.level}), now=now)


def start_recovery(
    session: Session, person: AccountRecord, *, outbox: Outbox, by: Actor, now: datetime
) -> bool:
    """Have the recovery message sent to the person's own address; false when there is none.

    Its code fits no browser, so that it opens the account to whoever reads the message, not to staff.
    """
    address = parse_address(person.email or person.phone)
    if address is None:
        return False
    ask_reset(session, address, browser=new_secret(), outbox=outbox, now=now)
    record(session, Event("account.recovery_started", person.id, by=by), now=now)
    return True


def disable_site(session: Session, client_id: str, *, by: Actor, now: datetime) -> None:
    """Disable a client and end its access to everybody; raises ClientStateChanged."""
    disable_client(session, client_id, by=by, now=now)
    revoke_grants_by(session, client_id, now=now)
