"""Commands of the log."""

import json
from datetime import UTC, datetime, timedelta
from uuid import UUID

import click

from idp.kernel.ground import clock
from idp.kernel.work.floor import Floor

from .queries import Filter, entries
from .rules import START, Entry, Link
from .sealing import LogBroken, prune
from .verification import Verdict, verify

_DAY = click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M"])


def _place(text: str) -> Link:
    """Read a place in the chain as `idp audit verify` prints it."""
    number, _, digest = text.partition(":")
    if not number.isdecimal() or len(digest) != len(START.hash):
        raise ValueError("a number, a colon and 64 hexadecimal digits")
    return Link(int(number), digest)


@click.group("audit")
def audit() -> None:
    """The log of what matters for security."""


@audit.command("verify")
@click.option("--expect", type=_place, default=None, help="A place noted earlier; must be on the way.")
@click.pass_obj
def verify_command(floor: Floor, expect: Link | None) -> None:
    """Walk the whole chain; names the first entry that does not hold, and then ends with status 1."""
    with floor.db.reading() as session:
        found = verify(session, floor.capabilities, expected=expect)
    click.echo(_said(found))
    if found.broken:
        raise click.ClickException(f"broken at entry {found.broken.number}: {found.broken.reason}")
    if expect and expect.number < found.head.pruned.number:
        raise click.ClickException("the place noted is before the checkpoint and cannot be checked any more")


@audit.command("show")
@click.option("--account", type=click.UUID, default=None, help="Whom it concerns, by sub.")
@click.option("--client", default=None, help="Which site it concerns.")
@click.option("--actor", default=None, help="Who acted, by sub.")
@click.option("--action", default="", help="An action or its beginning, such as consent.")
@click.option("--since", type=_DAY, default=None, help="In UTC.")
@click.option("--until", type=_DAY, default=None, help="In UTC.")
@click.option("--limit", default=50, show_default=True)
@click.pass_obj
def show(
    floor: Floor,
    account: UUID | None,
    client: str | None,
    actor: str | None,
    action: str,
    since: datetime | None,
    until: datetime | None,
    limit: int,
) -> None:
    """Print entries, the newest first."""
    wanted = Filter(account, client, actor, action, _in_utc(since), _in_utc(until))
    with floor.db.reading() as session:
        for entry in entries(session, wanted, limit=limit):
            click.echo(_line(entry))


@audit.command("prune")
@click.option("--days", type=click.IntRange(min=30), required=True, help="Older entries are dropped.")
@click.pass_obj
def prune_command(floor: Floor, days: int) -> None:
    """Drop old entries; the rest stays verifiable from a checkpoint."""
    now = clock.now()
    try:
        with floor.db.writing() as session:
            dropped = prune(session, floor.capabilities, before=now - timedelta(days=days), now=now)
    except LogBroken as error:
        raise click.ClickException(f"the log is broken, nothing is dropped: {error}") from None
    click.echo(str(dropped))


def _said(found: Verdict) -> str:
    head = found.head
    sealed = f"sealed up to {head.sealed.number}" if head.seal else "not sealed yet"
    since = f", from checkpoint {head.pruned}" if head.pruned.number else ""
    return f"{found.entries} entries hold{since}; {sealed}; head {head.last}"


def _line(entry: Entry) -> str:
    parties = [entry.actor.kind, entry.actor.id or "-", str(entry.account_id or "-"), entry.client_id or "-"]
    details = json.dumps(dict(entry.details), ensure_ascii=False) if entry.details else ""
    return " ".join(
        [str(entry.number), f"{entry.at:%Y-%m-%dT%H:%M:%SZ}", entry.action, *parties, details]
    ).rstrip()


def _in_utc(value: datetime | None) -> datetime | None:
    return value.replace(tzinfo=UTC) if value else None
