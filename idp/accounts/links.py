"""One-time proofs by letter or SMS: a link of 256 bits, a code of six digits, one purpose, used up once.

A request leaves an order, the worker sends it; only digests are kept. Link and code are derived from
the order's id under the server's secret, so that a repeated delivery says the same again and neither
database nor outbox holds anything that opens an account. A code is short, so it lives ten minutes,
takes five tries, and is bound to whoever asked for it: the signed-in account, or the browser.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, cast
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from idp.kernel.crypto.digests import digest, keyed_digest, matches
from idp.kernel.ground.faults import Gone
from idp.kernel.ground.ids import new_id
from idp.kernel.storage.batches import delete_batch
from idp.kernel.storage.database import claim

from .models import AccountLink
from .rules import Address

Purpose = Literal["verify", "reset", "undo"]
LIFE: dict[Purpose, timedelta] = {
    "verify": timedelta(hours=24),
    "reset": timedelta(minutes=30),
    "undo": timedelta(days=7),
}
CODE_LIFE = timedelta(minutes=10)
MOST_TRIES = 5
_link = cast(sa.Table, AccountLink.__table__)


class LinkOver(Gone):
    """The link was used, replaced by a newer one, or its time is over."""

    code = "link-over"
    detail = "It works once and not for long. Ask for a new letter."


@dataclass(frozen=True, slots=True)
class LinkOrder:
    """Something to be sent: for what, to which address, for whom if that is known, for which browser."""

    purpose: Purpose
    address: Address
    account_id: UUID | None = None
    browser: str | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """An order as it is kept; without an account while nobody has looked whose the address is."""

    id: UUID
    purpose: Purpose
    address: Address
    account_id: UUID | None


@dataclass(frozen=True, slots=True)
class Secrets:
    """What the letter says: the link's secret, the code."""

    link: str
    code: str


@dataclass(frozen=True, slots=True)
class TypedCode:
    """A code as someone typed it, by the account that is signed in, or in the browser that asked for it."""

    link_id: UUID | None
    code: str
    account_id: UUID | None = None
    browser: str | None = None


def order_link(session: Session, order: LinkOrder, *, now: datetime) -> UUID:
    """Note what is to be sent; worth nothing until it is."""
    link_id = new_id()
    session.execute(
        sa.insert(_link).values(
            id=link_id,
            account_id=order.account_id,
            purpose=order.purpose,
            address=order.address.text,
            address_key=order.address.key,
            browser_digest=digest(order.browser) if order.browser else None,
            created_at=now,
            expires_at=now + LIFE[order.purpose],
        )
    )
    return link_id


def find_link(session: Session, link_id: UUID, *, now: datetime) -> Link | None:
    """Give an order that is neither used nor over."""
    row = session.execute(sa.select(_link).where(_link.c.id == link_id, *_is_open(now))).first()
    return _view(row) if row else None


def open_link(session: Session, link: Link, account_id: UUID, *, secret_key: str, now: datetime) -> Secrets:
    """Make an order good and end older ones like it; the same order always gives the same secrets."""
    made = _secrets_of(link.id, secret_key)
    older = sa.update(_link).where(
        _link.c.account_id == account_id, _link.c.purpose == link.purpose, _link.c.id < link.id
    )
    session.execute(older.where(_is_rival(link), *_is_open(now)).values(used_at=now))
    mine = sa.update(_link).where(_link.c.id == link.id)
    code_digest = _code_digest(link.id, made.code, secret_key)
    session.execute(
        mine.values(account_id=account_id, secret_digest=digest(made.link), code_digest=code_digest)
    )
    return made


def read_link(session: Session, secret: str, purpose: Purpose, *, now: datetime) -> UUID:
    """Give the account a link belongs to, without using it; raises LinkOver."""
    return _account_of(_find_by_secret(session, secret, purpose, now))


def use_link(session: Session, secret: str, purpose: Purpose, *, now: datetime) -> Link:
    """Use a link up and give it; raises LinkOver."""
    link = _find_by_secret(session, secret, purpose, now)
    _use(session, link, now)
    return link


def try_code(session: Session, typed: TypedCode, *, secret_key: str, now: datetime) -> Link | None:
    """Give the order whose code this is, having used it up, or nothing.

    The try is counted before the code is looked at, so that a burst of parallel tries gets no more
    than five; the caller's transaction must be committed also when nothing is given.
    """
    fresh = (*_is_open(now), _link.c.created_at > now - CODE_LIFE, _link.c.tries < MOST_TRIES)
    mine = sa.update(_link).where(_link.c.id == typed.link_id, _is_bound(typed), *fresh)
    if typed.link_id is None or not claim(session, mine.values(tries=_link.c.tries + 1)):
        return None
    row = session.execute(sa.select(_link).where(_link.c.id == typed.link_id)).one()
    expected = _code_digest(typed.link_id, typed.code, secret_key)
    if row.code_digest is None or not matches(row.code_digest, expected):
        return None
    link = _view(row)
    _use(session, link, now)
    return link


def pending_links(session: Session, account_id: UUID, *, now: datetime) -> list[Link]:
    """Give the addresses that an account has yet to prove, the newest first."""
    waiting = sa.select(_link).where(
        _link.c.account_id == account_id, _link.c.purpose == "verify", *_is_open(now)
    )
    return [_view(row) for row in session.execute(waiting.order_by(_link.c.created_at.desc()))]


def end_links(session: Session, account_id: UUID, *purposes: Purpose, now: datetime) -> None:
    """Make the open links and codes of an account for some purposes worthless."""
    open_ones = sa.update(_link).where(
        _link.c.account_id == account_id, _link.c.purpose.in_(purposes), _link.c.used_at.is_(None)
    )
    session.execute(open_ones.values(used_at=now))


def forget_old_links(session: Session, *, before: datetime) -> int:
    """Drop links that ended before a time."""
    return delete_batch(session, _link, _link.c.expires_at < before)


def _secrets_of(link_id: UUID, secret_key: str) -> Secrets:
    number = int(keyed_digest(secret_key, "code", str(link_id)), 16) % 1_000_000
    return Secrets(keyed_digest(secret_key, "link", str(link_id)), f"{number:06d}")


def _code_digest(link_id: UUID, code: str, secret_key: str) -> str:
    """Six digits are guessed from a plain digest at once, so this one is keyed."""
    return keyed_digest(secret_key, "code-digest", str(link_id), code)


def _is_bound(typed: TypedCode) -> sa.ColumnElement[bool]:
    if typed.account_id is not None:
        return _link.c.account_id == typed.account_id
    return _link.c.browser_digest == digest(typed.browser or "")


def _is_rival(link: Link) -> sa.ColumnElement[bool]:
    """Say which older orders a newer one ends.

    Recovery: all. Proving: those of the same kind. Undoing: those for the same address, or else
    changing an address twice would take the first one's owner the way back (spec C6.19).
    """
    if link.purpose == "undo":
        return _link.c.address_key == link.address.key
    if link.purpose == "verify":
        return sa.not_(_has_at()) if link.address.is_phone else _has_at()
    return sa.true()


def _has_at() -> sa.ColumnElement[bool]:
    return _link.c.address_key.contains("@", autoescape=True)


def _find_by_secret(session: Session, secret: str, purpose: Purpose, now: datetime) -> Link:
    wanted = sa.select(_link).where(
        _link.c.secret_digest == digest(secret), _link.c.purpose == purpose, *_is_open(now)
    )
    row = session.execute(wanted).first()
    if row is None:
        raise LinkOver
    return _view(row)


def _use(session: Session, link: Link, now: datetime) -> None:
    mine = sa.update(_link).where(_link.c.id == link.id, _link.c.used_at.is_(None))
    if not claim(session, mine.values(used_at=now)):
        raise LinkOver


def _account_of(link: Link) -> UUID:
    if link.account_id is None:
        raise LinkOver
    return link.account_id


def _is_open(now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    return (_link.c.used_at.is_(None), _link.c.expires_at > now)


def _view(row: sa.Row[Any]) -> Link:
    return Link(row.id, cast(Purpose, row.purpose), Address(row.address, row.address_key), row.account_id)
