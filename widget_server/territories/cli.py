"""Commands that load territories and places from files, showing what would change before it does."""

from io import StringIO
from pathlib import Path

import click

from idp.kernel.ground import clock
from idp.kernel.ground.faults import Fault
from idp.kernel.web.i18n import gettext as _
from idp.kernel.work.floor import Floor
from widget_server.territories.rules import Difference, Finding, Level
from widget_server.territories.schemas import PlaceFields, TerritoryFields, read_places
from widget_server.territories.service import (
    TerritoryPlan,
    apply_territories,
    load_places,
    plan_territories,
)

_SHOWN = 20
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def territories() -> None:
    """Territories and places: load them from files."""


@territories.command("load")
@click.argument("file", type=_FILE)
@click.option("--level", type=click.Choice([level.value for level in Level]), required=True)
@click.option("--name-property", default="name", show_default=True, help="property with the Russian name")
@click.option("--name-en-property", default="name_en", show_default=True, help="property with the latin name")
@click.option(
    "--code-property", default="code", show_default=True, help="property with a code, where there is one"
)
@click.option(
    "--parent-property", default="parent", show_default=True, help="property with the parent's code"
)
@click.option("--code-prefix", default="", help="put before codes that are made of the latin names")
@click.option("--parent", "parent_code", help="code of the territory that all of them lie in")
@click.option("--region", default="", help="region code of all of them, such as 77")
@click.option("--timezone", help="time zone of all of them, such as Europe/Moscow")
@click.option(
    "--source", help="whose territories these are; what it no longer holds is retired [the file's name]"
)
@click.option("--dry-run", is_flag=True, help="show the checks and the changes, write nothing")
@click.option("--yes", is_flag=True, help="do not ask before writing")
@click.pass_obj
def load(
    floor: Floor,
    file: Path,
    level: str,
    name_property: str,
    name_en_property: str,
    code_property: str,
    parent_property: str,
    code_prefix: str,
    parent_code: str | None,
    region: str,
    timezone: str | None,
    source: str | None,
    dry_run: bool,
    yes: bool,
) -> None:
    """Load the polygons of a GeoJSON FILE as territories of one level."""
    fields = TerritoryFields(
        level=Level(level),
        name=name_property,
        name_en=name_en_property,
        code=code_property,
        parent=parent_property,
        code_prefix=code_prefix,
        parent_code=parent_code,
        region=region,
        timezone=timezone,
    )
    plan = _plan(floor, file, fields, source or file.stem)
    _show(plan)
    if plan.checked.has_errors:
        raise click.ClickException(_("The checks found errors, nothing was loaded."))
    if plan.difference.is_empty or dry_run:
        click.echo(_("Nothing was written."))
        return
    if not yes:
        click.confirm(_("Load these territories?"), abort=True)
    _apply(floor, file, fields, plan)
    click.echo(_("The territories are loaded."))


@territories.command("places")
@click.argument("file", type=_FILE)
@click.option("--label", default="label", show_default=True, help="column with the name people see")
@click.option("--label-en", default="label_en", show_default=True, help="column with the latin name")
@click.option("--lon", default="lon", show_default=True, help="column with the longitude")
@click.option("--lat", default="lat", show_default=True, help="column with the latitude")
@click.option("--kind", default="kind", show_default=True, help="column with the kind of place")
@click.option("--kind-value", default="place", show_default=True, help="kind of the rows that name none")
@click.option(
    "--weight", default="weight", show_default=True, help="column that ranks, such as the population"
)
@click.option("--source", help="whose places these are; loading again replaces them [the file's name]")
@click.option("--dry-run", is_flag=True, help="count the places, write nothing")
@click.pass_obj
def places(
    floor: Floor,
    file: Path,
    label: str,
    label_en: str,
    lon: str,
    lat: str,
    kind: str,
    kind_value: str,
    weight: str,
    source: str | None,
    dry_run: bool,
) -> None:
    """Load the places of a CSV FILE, so that they are found by typing."""
    fields = PlaceFields(label, label_en, lon, lat, kind, kind_value, weight)
    try:
        read = read_places(StringIO(file.read_text("utf-8-sig"), newline=""), fields)
    except Fault as fault:
        raise click.ClickException(_(fault.detail, **fault.evidence)) from fault
    if read.rejected_lines:
        lines = ", ".join(map(str, read.rejected_lines[:_SHOWN]))
        click.echo(_("Lines without a name or usable coordinates: %(lines)s", lines=lines))
    click.echo(_("Places in the file: %(count)s", count=len(read.drafts)))
    if dry_run:
        click.echo(_("Nothing was written."))
        return
    with floor.db.writing() as session:
        load_places(session, read.drafts, source=source or file.stem)
    click.echo(_("The places are loaded."))


def _plan(floor: Floor, file: Path, fields: TerritoryFields, source: str) -> TerritoryPlan:
    try:
        with floor.db.reading() as session:
            return plan_territories(session, file.read_bytes(), fields=fields, source=source)
    except Fault as fault:
        raise click.ClickException(f"{_(fault.title)}. {_(fault.detail)}.") from fault


def _apply(floor: Floor, file: Path, fields: TerritoryFields, shown: TerritoryPlan) -> None:
    """Write what was shown, or nothing when the database or the file changed while the person read."""
    with floor.db.writing() as session:
        plan = plan_territories(session, file.read_bytes(), fields=fields, source=shown.source)
        if plan.difference != shown.difference:
            raise click.ClickException(_("The territories changed meanwhile, start again."))
        apply_territories(session, plan, now=clock.now())


def _show(plan: TerritoryPlan) -> None:
    for finding in plan.checked.findings:
        click.echo(_sentence(finding))
    _show_difference(plan.difference)


def _sentence(finding: Finding) -> str:
    marks = {"error": _("error"), "warning": _("warning"), "repaired": _("repaired")}
    return f"{marks[finding.severity]}: {finding.code}: {_(finding.message, **finding.evidence)}"


def _show_difference(difference: Difference) -> None:
    for title, codes in (
        (_("Added: %(count)s", count=len(difference.added)), difference.added),
        (_("Changed: %(count)s", count=len(difference.changed)), difference.changed),
        (_("Removed: %(count)s", count=len(difference.removed)), difference.removed),
    ):
        click.echo(title)
        for code in codes[:_SHOWN]:
            click.echo(f"  {code}")
        if len(codes) > _SHOWN:
            click.echo("  …")
    click.echo(_("Unchanged: %(count)s", count=len(difference.unchanged)))
