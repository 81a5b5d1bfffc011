"""The command that loads services and responsibilities, showing what would change before it does."""

from pathlib import Path

import click

from idp.kernel.ground import clock
from idp.kernel.ground.faults import Fault
from idp.kernel.web.i18n import gettext as _
from idp.kernel.work.floor import Floor
from widget_server.routing.catalogue import Catalogue
from widget_server.routing.catalogue_file import shipped_catalogue
from widget_server.routing.service import RoutingPlan, apply_routing, plan_routing
from widget_server.territories import TerritoryIndexes


@click.group()
def routing() -> None:
    """Services and their responsibilities: load them from a file."""


@routing.command("load")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--source", help="whose services these are; what it no longer holds is switched off [the file's name]"
)
@click.option("--dry-run", is_flag=True, help="show the checks and the changes, write nothing")
@click.option("--yes", is_flag=True, help="do not ask before writing")
@click.pass_obj
def load(floor: Floor, file: Path, source: str | None, dry_run: bool, yes: bool) -> None:
    """Load the services of a TOML FILE and what they are responsible for."""
    catalogue = shipped_catalogue()
    plan = _plan(floor, file, catalogue, source or file.stem)
    _show(plan)
    if plan.faults:
        raise click.ClickException(_("The checks found errors, nothing was loaded."))
    if plan.is_empty or dry_run:
        click.echo(_("Nothing was written."))
        return
    if not yes:
        click.confirm(_("Load these services?"), abort=True)
    _apply(floor, file, catalogue, plan)
    click.echo(_("The services are loaded."))


def _plan(floor: Floor, file: Path, catalogue: Catalogue, source: str) -> RoutingPlan:
    try:
        with floor.db.reading() as session:
            index = TerritoryIndexes().current(session)
            return plan_routing(session, file.read_bytes(), catalogue=catalogue, index=index, source=source)
    except Fault as fault:
        raise click.ClickException(f"{_(fault.title)}. {_(fault.detail)}.") from fault


def _apply(floor: Floor, file: Path, catalogue: Catalogue, shown: RoutingPlan) -> None:
    """Write what was shown, or nothing when the database or the file changed while the person read."""
    with floor.db.writing() as session:
        index = TerritoryIndexes().current(session)
        plan = plan_routing(session, file.read_bytes(), catalogue=catalogue, index=index, source=shown.source)
        if plan != shown:
            raise click.ClickException(_("The services changed meanwhile, start again."))
        apply_routing(session, plan, index=index, now=clock.now())


def _show(plan: RoutingPlan) -> None:
    for code, sentence, values in plan.faults:
        click.echo(f"{_('error')}: {code}: {_(sentence, **values)}")
    for title, codes in (
        (_("Added: %(count)s", count=len(plan.added)), plan.added),
        (_("Changed: %(count)s", count=len(plan.changed)), plan.changed),
        (_("Removed: %(count)s", count=len(plan.removed)), plan.removed),
    ):
        click.echo(title)
        for code in codes:
            click.echo(f"  {code}")
    click.echo(_("Unchanged: %(count)s", count=len(plan.unchanged)))
