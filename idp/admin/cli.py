"""Commands for the operator: staff, and what is done to people and clients, without the pages."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import cast
from uuid import UUID

import click

from idp.accounts import (
    LEVELS,
    ROLES,
    AccountRecord,
    Role,
    all_staff,
    find_record,
    grant_role,
    search_records,
    users,
    withdraw_role,
)
from idp.audit import OPERATOR
from idp.clients import ClientRecord, clients, enable_client, find_client_record, list_clients
from idp.kernel.ground import clock
from idp.kernel.ground.faults import Fault
from idp.kernel.work.floor import Floor
from idp.sessions import sessions_of

from .rules import REASONS, LevelProof
from .service import disable_site, lock_person, prove_level, sign_person_out, unlock_person

MOST_ROWS = 1000


@click.group("staff")
def staff() -> None:
    """People who look after others."""


@staff.command("grant")
@click.argument("sub", type=click.UUID)
@click.argument("role", type=click.Choice(ROLES))
@click.pass_obj
def grant(floor: Floor, sub: UUID, role: str) -> None:
    """Give a person a role: `support` finds, signs out and locks, `admin` does everything."""
    with _refusals(), floor.db.writing() as session:
        grant_role(session, sub, cast(Role, role), by=OPERATOR, now=clock.now())


@staff.command("withdraw")
@click.argument("sub", type=click.UUID)
@click.pass_obj
def withdraw(floor: Floor, sub: UUID) -> None:
    """Take a person's role; the last administrator keeps theirs."""
    with _refusals(), floor.db.writing() as session:
        withdraw_role(session, sub, by=OPERATOR, now=clock.now())


@staff.command("list")
@click.pass_obj
def list_staff(floor: Floor) -> None:
    """List everybody who has a role."""
    with floor.db.reading() as session:
        for member in all_staff(session):
            click.echo(f"{member.account_id} {member.role} {member.granted_at:%Y-%m-%d}")


@users.command("find")
@click.argument("text")
@click.pass_obj
def find(floor: Floor, text: str) -> None:
    """Find people by sub, e-mail address, telephone number, or the beginning of an address."""
    with floor.db.reading() as session:
        for person in search_records(session, text, limit=MOST_ROWS):
            click.echo(_person_line(person))


@users.command("show")
@click.argument("sub", type=click.UUID)
@click.pass_obj
def show(floor: Floor, sub: UUID) -> None:
    """Show a person and where they are signed in."""
    with floor.db.reading() as session:
        person = find_record(session, sub)
        live = sessions_of(session, sub, now=clock.now())
    if person is None:
        raise click.ClickException("no such person")
    click.echo(_person_line(person))
    for one in live:
        click.echo(f"  session {one.id} since {one.created_at:%Y-%m-%dT%H:%M:%SZ} {one.browser}")


@users.command("lock")
@click.argument("sub", type=click.UUID)
@click.option("--reason", type=click.Choice(REASONS), required=True)
@click.pass_obj
def lock(floor: Floor, sub: UUID, reason: str) -> None:
    """Lock an account; all that is open by it dies at once."""
    with _refusals(), floor.db.writing() as session:
        lock_person(session, sub, reason=reason, by=OPERATOR, now=clock.now())


@users.command("unlock")
@click.argument("sub", type=click.UUID)
@click.pass_obj
def unlock(floor: Floor, sub: UUID) -> None:
    """Unlock an account."""
    with _refusals(), floor.db.writing() as session:
        unlock_person(session, sub, by=OPERATOR, now=clock.now())


@users.command("end-sessions")
@click.argument("sub", type=click.UUID)
@click.pass_obj
def end_sessions(floor: Floor, sub: UUID) -> None:
    """Sign a person out everywhere, and end every site's access to them."""
    with floor.db.writing() as session:
        sign_person_out(session, sub, by=OPERATOR, now=clock.now())


@users.command("set-level")
@click.argument("sub", type=click.UUID)
@click.argument("level", type=click.Choice(LEVELS))
@click.option("--note", required=True, help="What was seen; stays with the account.")
@click.pass_obj
def set_level(floor: Floor, sub: UUID, level: str, note: str) -> None:
    """Set a person's level; L0 and L1 take a proved level back."""
    with _refusals(), floor.db.writing() as session:
        prove_level(session, sub, LevelProof(level, note), by=OPERATOR, now=clock.now())


@clients.command("list")
@click.pass_obj
def list_all(floor: Floor) -> None:
    """List the clients."""
    with floor.db.reading() as session:
        for known in list_clients(session, limit=MOST_ROWS):
            click.echo(_client_line(known))


@clients.command("show")
@click.argument("client_id")
@click.pass_obj
def show_client(floor: Floor, client_id: str) -> None:
    """Show a client."""
    with floor.db.reading() as session:
        known = find_client_record(session, client_id)
    if known is None:
        raise click.ClickException("no such client")
    click.echo(_client_line(known))
    for uri in known.client.redirect_uris:
        click.echo(f"  redirect_uri {uri}")
    click.echo(f"  scopes {' '.join(sorted(known.client.scopes))}")


@clients.command("disable")
@click.argument("client_id")
@click.pass_obj
def disable(floor: Floor, client_id: str) -> None:
    """Disable a client; its access to everybody ends at once."""
    with _refusals(), floor.db.writing() as session:
        disable_site(session, client_id, by=OPERATOR, now=clock.now())


@clients.command("enable")
@click.argument("client_id")
@click.pass_obj
def enable(floor: Floor, client_id: str) -> None:
    """Let a client ask people again."""
    with _refusals(), floor.db.writing() as session:
        enable_client(session, client_id, by=OPERATOR, now=clock.now())


@contextmanager
def _refusals() -> Iterator[None]:
    """Say a refusal on the command line."""
    try:
        yield
    except Fault as fault:
        raise click.ClickException(f"{fault.title} ({fault.code})") from None


def _person_line(person: AccountRecord) -> str:
    state = "locked" if person.locked_at else "open"
    return " ".join([str(person.id), state, person.level, person.email or "-", person.phone or "-"])


def _client_line(known: ClientRecord) -> str:
    client = known.client
    marks = [name for name in ("is_first_party", "is_verified") if getattr(client, name)]
    state = "disabled" if known.disabled_at else "enabled"
    return " ".join([client.id, state, client.auth_method, *marks])
