"""Commands of registration."""

from datetime import timedelta

import click

from idp.kernel.ground import clock
from idp.kernel.work.floor import Floor

from .service import add_initial_token


@click.group("registration-tokens")
def registration_tokens() -> None:
    """Initial access tokens: who holds one may register clients."""


@registration_tokens.command("add")
@click.option("--uses", type=click.IntRange(1, 1000), default=1, show_default=True, help="Registrations.")
@click.option("--days", type=click.IntRange(1, 365), default=7, show_default=True, help="Life.")
@click.option("--label", default="", help="For whom, for your own memory.")
@click.pass_obj
def add(floor: Floor, uses: int, days: int, label: str) -> None:
    """Make a token and print it; it is shown once."""
    now = clock.now()
    with floor.db.writing() as session:
        token = add_initial_token(
            session, label=label[:100], uses=uses, expires_at=now + timedelta(days=days), now=now
        )
    click.echo(token)
