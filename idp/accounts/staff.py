"""Staff: which people may look after others, and how far. Roles are given by the operator's command.

`support` finds people, ends their sessions and locks their accounts; `admin` does everything. There
is always an admin left: whoever would take the last one away is refused, also in a race (spec C9.4).
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, cast, get_args
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from idp.audit import Actor, Event, record
from idp.kernel.ground.faults import Conflict, NotFound
from idp.kernel.storage.database import take_turns

from .models import Account, StaffMember

Role = Literal["support", "admin"]
ROLES: tuple[Role, ...] = get_args(Role)
_TURN = "staff"
_account = cast(sa.Table, Account.__table__)
_member = cast(sa.Table, StaffMember.__table__)


class LastAdmin(Conflict):
    """Nobody would be left who may do everything."""

    code = "last-admin"
    title = "This is the last administrator"
    detail = "Give somebody else the role first."


@dataclass(frozen=True, slots=True)
class Member:
    """One of the staff."""

    account_id: UUID
    role: Role
    granted_at: datetime


def role_of(session: Session, account_id: UUID) -> Role | None:
    """Give the role of a person whose account is in use, or nothing."""
    wanted = sa.select(_member.c.role).join(_account, _account.c.id == _member.c.account_id)
    usable = wanted.where(_member.c.account_id == account_id, _account.c.disabled_at.is_(None))
    return cast("Role | None", session.execute(usable).scalar())


def all_staff(session: Session) -> list[Member]:
    """Give everybody who has a role, in use or not, admins first."""
    rows = session.execute(sa.select(_member).order_by(_member.c.role, _member.c.granted_at))
    return [Member(row.account_id, row.role, row.granted_at) for row in rows]


def grant_role(session: Session, account_id: UUID, role: Role, *, by: Actor, now: datetime) -> None:
    """Give a person a role in place of the one they had; raises NotFound, LastAdmin."""
    if session.execute(sa.select(_account.c.id).where(_account.c.id == account_id)).first() is None:
        raise NotFound
    if role != "admin":
        keep_an_admin(session, account_id)
    session.execute(sa.delete(_member).where(_member.c.account_id == account_id))
    session.execute(sa.insert(_member).values(account_id=account_id, role=role, granted_at=now))
    record(session, Event("staff.granted", account_id, by=by, details={"role": role}), now=now)


def withdraw_role(session: Session, account_id: UUID, *, by: Actor, now: datetime) -> None:
    """Take a person's role; raises NotFound when there is none, LastAdmin."""
    keep_an_admin(session, account_id)
    gone = session.execute(
        sa.delete(_member).where(_member.c.account_id == account_id).returning(_member.c.role)
    ).scalar()
    if gone is None:
        raise NotFound
    record(session, Event("staff.withdrawn", account_id, by=by, details={"role": gone}), now=now)


def keep_an_admin(session: Session, without: UUID) -> None:
    """Raise LastAdmin when nobody else could do everything; those who ask take turns."""
    take_turns(session, _TURN)
    if role_of(session, without) != "admin":
        return
    others = sa.select(_member.c.account_id).join(_account, _account.c.id == _member.c.account_id)
    able = others.where(
        _member.c.role == "admin", _account.c.disabled_at.is_(None), _member.c.account_id != without
    )
    if session.execute(able.limit(1)).first() is None:
        raise LastAdmin
