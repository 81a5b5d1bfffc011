"""Commands for operators: add and switch partners."""

import click

from idp.kernel.ground import clock
from idp.kernel.ground.faults import Fault, NotFound
from idp.kernel.work.floor import Floor

from .service import PartnerDraft, save_partner, switch_partner


@click.group("partners")
def partners() -> None:
    """Sites that embed the widget."""


@partners.command("save")
@click.argument("key")
@click.option("--name-ru", required=True)
@click.option("--name-en", required=True)
@click.option("--origin", "origins", multiple=True, required=True, help="an origin that may frame the widget")
@click.option("--lon", type=float, required=True)
@click.option("--lat", type=float, required=True)
@click.option("--zoom", type=int, default=12, show_default=True)
@click.option("--language", type=click.Choice(["ru", "en"]), default="ru", show_default=True)
@click.pass_obj
def save(floor: Floor, /, **values: object) -> None:
    """Make or change the partner with this public key."""
    with floor.db.writing() as session:
        try:
            save_partner(session, PartnerDraft(**values), now=clock.now())  # type: ignore[arg-type]  # click has checked them
        except Fault as fault:
            raise click.ClickException(fault.fields[0].message) from None


@partners.command("switch")
@click.argument("key")
@click.argument("state", type=click.Choice(["on", "off"]))
@click.pass_obj
def switch(floor: Floor, key: str, state: str) -> None:
    """Switch a partner on or off."""
    with floor.db.writing() as session:
        try:
            switch_partner(session, key, is_enabled=state == "on")
        except NotFound:
            raise click.ClickException(f"No partner has the key {key}") from None
