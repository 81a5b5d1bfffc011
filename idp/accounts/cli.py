"""Commands of the accounts: the operator makes people, with a value for every standard claim."""

import json
from typing import Any, BinaryIO
from uuid import UUID

import click

from idp.audit import OPERATOR, Event, record
from idp.kernel.ground import clock
from idp.kernel.work.floor import Floor

from .common import load_list, stolen_passwords
from .passwords import hash_password
from .rules import SHORTEST_PASSWORD, parse_address
from .service import OperatorAccount, add_account


@click.group("users")
def users() -> None:
    """People who can sign in."""


@users.command("add")
@click.argument("login")
@click.option("--password", required=True, help="Not checked for strength: the operator knows.")
@click.option("--name", default="", help="Full name, as sites are told.")
@click.option("--verified", is_flag=True, help="The address counts as confirmed (level L1).")
@click.option("--claims", default="{}", help="Other standard claims, as a JSON object.")
@click.option("--sub", type=click.UUID, default=None, help="Subject identifier of a new account.")
@click.pass_obj
def add(
    floor: Floor, login: str, password: str, name: str, verified: bool, claims: str, sub: UUID | None
) -> None:
    """Add a person, or bring the one with this e-mail address or number to these values; prints the `sub`."""
    address = parse_address(login)
    if address is None:
        raise click.BadParameter("neither an e-mail address nor a telephone number", param_hint="LOGIN")
    values = _parse_claims(claims)
    wish = OperatorAccount(
        address, hash_password(password), name or str(values.get("name", "")), verified, sub, values
    )
    with floor.db.writing() as session:
        account_id = add_account(session, wish, now=clock.now())
        record(session, Event("account.added", account_id, by=OPERATOR), now=clock.now())
    click.echo(str(account_id))


def _parse_claims(text: str) -> dict[str, Any]:
    try:
        values = json.loads(text)
    except ValueError:
        values = None
    if not isinstance(values, dict):
        raise click.BadParameter("no JSON object", param_hint="--claims")
    return values


@click.group("passwords")
def passwords() -> None:
    """Passwords that nobody may take."""


@passwords.command("load")
@click.argument("file", type=click.File("rb"))
@click.pass_obj
def load(floor: Floor, file: BinaryIO) -> None:
    """Load a list of stolen passwords, one a line, plain or as SHA-1; it replaces the one loaded before."""
    path = stolen_passwords(floor.settings.data_dir).path
    click.echo(str(load_list(file, path, shortest=SHORTEST_PASSWORD)))
