"""Commands of the keys."""

from datetime import datetime

import click

from idp.audit import OPERATOR, Event, record
from idp.database import Model
from idp.kernel.ground import clock
from idp.kernel.storage.sealed import reseal
from idp.kernel.work.floor import Floor

from .queries import all_keys
from .rhythm import rhythm_of
from .rules import ALGORITHMS, RingKey, missing_algorithms, standing
from .service import (
    KeyUnknown,
    Order,
    add_missing_keys,
    new_keys,
    retire_key,
    revoke_key,
    rotate_keys,
)


@click.group("keys")
def keys() -> None:
    """Signing keys."""


@keys.command("ensure")
@click.pass_obj
def ensure(floor: Floor) -> None:
    """Make the keys that are missing; the server also does so by itself."""
    with floor.db.reading() as session:
        offered = new_keys(missing_algorithms(all_keys(session)))
    with floor.db.writing() as session:
        made = add_missing_keys(session, offered, _order(floor))
    click.echo(f"made: {', '.join(a for a, key in offered if key.kid in made) or 'none'}")


@keys.command("rotate")
@click.option(
    "--now", "at_once", is_flag=True, help="Sign at once, though copies of the key set lack the key."
)
@click.pass_obj
def rotate(floor: Floor, at_once: bool) -> None:
    """Publish new keys that sign after the overlap; the old ones stay published for what they have signed.

    A key that already stands ready is taken instead of a new one. The worker rotates by itself.
    """
    order = _order(floor)
    signs_at = order.now if at_once else order.now + rhythm_of(floor).overlap
    offered = new_keys(ALGORITHMS)
    with floor.db.writing() as session:
        kids = rotate_keys(session, offered, order, signs_at=signs_at)
    for algorithm, kid in zip(ALGORITHMS, kids, strict=True):
        click.echo(f"{algorithm} {kid}")


@keys.command("list")
@click.pass_obj
def list_keys(floor: Floor) -> None:
    """List the keys: algorithm, kid, where it stands, since when it signs."""
    now = clock.now()
    with floor.db.reading() as session:
        found = all_keys(session)
    for key in found:
        click.echo(_line(key, found, now))


@keys.command("retire")
@click.argument("kid")
@click.pass_obj
def retire(floor: Floor, kid: str) -> None:
    """Let a key sign no more; what it has signed is honoured still, and another key takes over."""
    offered, order = new_keys(ALGORITHMS), _order(floor)
    try:
        with floor.db.writing() as session:
            retire_key(session, kid, order)
            add_missing_keys(session, offered, order)
    except KeyUnknown:
        raise click.ClickException("no key of this name signs or stands ready") from None


@keys.command("revoke")
@click.argument("kid")
@click.pass_obj
def revoke(floor: Floor, kid: str) -> None:
    """Withdraw a stolen key: nothing signed by it is honoured, and another key takes over.

    Running servers know within seconds; people's sessions go on, sites ask for new tokens.
    """
    offered, order = new_keys(ALGORITHMS), _order(floor)
    try:
        with floor.db.writing() as session:
            revoke_key(session, kid, order)
            add_missing_keys(session, offered, order)
    except KeyUnknown:
        raise click.ClickException("no key of this name, or it is revoked") from None


@keys.command("reseal")
@click.pass_obj
def reseal_command(floor: Floor) -> None:
    """Seal everything anew under the newest secret: after SECRET_KEY changed, before the old one goes.

    Signing keys, seeds of one-time codes, families of refresh tokens, the salt of pairwise subjects.
    """
    done = reseal(floor.db, Model.metadata, floor.envelope)
    with floor.db.writing() as session:
        record(session, Event("keys.resealed", by=OPERATOR, details={"values": done.values}), now=clock.now())
    click.echo(str(done.values))
    if done.unreadable:
        raise click.ClickException(
            f"{done.unreadable} open under no secret that is listed; they stay as they are"
        )


def _order(floor: Floor) -> Order:
    return Order(floor.envelope, clock.now(), OPERATOR)


def _line(key: RingKey, among: list[RingKey], now: datetime) -> str:
    return f"{key.algorithm} {key.kid} {standing(key, among, now)} {key.signs_at:%Y-%m-%dT%H:%M:%SZ}"
