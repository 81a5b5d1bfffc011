"""Commands of problems: take over the reports of another system."""

from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

import click
from tqdm import tqdm

from idp.kernel.ground import clock
from idp.kernel.web.i18n import gettext as _
from idp.kernel.work.floor import Floor
from widget_server.partners import Diagnosis, find_host
from widget_server.routing import shipped_catalogue
from widget_server.territories import TerritoryIndexes

from .imports.mapping import ImportMapping, UnusableMapping, read_mapping
from .imports.rows import MissingColumns
from .imports.run import StoreDrafts, Tally, counting, import_rows, open_rows, rejecting, storing
from .imports.service import ReportImporter

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.group()
def problems() -> None:
    """Reports: take over those of another system."""


@problems.command("import")
@click.argument("file", type=_FILE)
@click.option("--mapping", "mapping_file", type=_FILE, required=True, help="what the columns mean, in TOML")
@click.option("--dry-run", is_flag=True, help="count what would become of the rows, write no reports")
@click.option("--rejected", type=click.Path(dir_okay=False, path_type=Path), help="CSV of the rejected rows")
@click.pass_obj
def import_(floor: Floor, file: Path, mapping_file: Path, dry_run: bool, rejected: Path | None) -> None:
    """Import the reports of a CSV FILE. Start it again at any time: nothing is imported twice."""
    if rejected and rejected.resolve() in (file.resolve(), mapping_file.resolve()):
        raise click.ClickException(_("The rejected rows need a file of their own."))
    mapping = _mapping(mapping_file)
    importer = _importer(floor, mapping)
    store = counting(floor.db, importer) if dry_run else storing(floor.db, importer, now=clock.now())
    try:
        tally = _run(file, mapping, store, rejected)
    except MissingColumns as missing:
        names = ", ".join(missing.names)
        raise click.ClickException(_("The file lacks these columns: %(names)s", names=names)) from missing
    _show(tally, is_dry_run=dry_run)


def _mapping(file: Path) -> ImportMapping:
    try:
        return read_mapping(file.read_text("utf-8"), shipped_catalogue())
    except UnusableMapping as unusable:
        raise click.ClickException(_told(unusable.faults)) from unusable
    except UnicodeDecodeError as error:
        raise click.ClickException(_told([str(error)])) from error


def _told(faults: Sequence[str]) -> str:
    return "\n".join([_("The mapping file cannot be used:"), *(f"  {fault}" for fault in faults)])


def _importer(floor: Floor, mapping: ImportMapping) -> ReportImporter:
    with floor.db.reading() as session:
        host = find_host(session, mapping.partner, referer=None)
        partner_id: UUID | None = None if isinstance(host, Diagnosis) else host.partner_id
        index = TerritoryIndexes().current(session)
    if partner_id is None:
        raise click.ClickException(
            _("There is no enabled partner with the key %(key)s.", key=mapping.partner)
        )
    return ReportImporter(mapping, partner_id=partner_id, index=index, catalogue=shipped_catalogue())


def _run(file: Path, mapping: ImportMapping, store: StoreDrafts, rejected: Path | None) -> Tally:
    """Import with a bar over the file's bytes, because nobody knows how many rows it has."""
    tally = Tally()
    with open_rows(file, mapping, now=clock.now()) as (rows, lines):
        size = file.stat().st_size
        with (
            rejecting(rejected, mapping, rows.header) as reject,
            tqdm(total=size, unit="B", unit_scale=True, desc=file.name, disable=None) as bar,
        ):
            for tally in import_rows(rows, store=store, reject=reject):
                bar.set_postfix(read=tally.read, imported=tally.imported, rejected=tally.rejected)
                bar.update(lines.buffer.tell() - bar.n)
    return tally


def _show(tally: Tally, *, is_dry_run: bool) -> None:
    click.echo(_("Rows read: %(count)s", count=tally.read))
    imported = _("To be imported: %(count)s") if is_dry_run else _("Imported: %(count)s")
    click.echo("  " + imported % {"count": tally.imported})
    click.echo("  " + _("Already there: %(count)s", count=tally.already_there))
    click.echo("  " + _("Rejected: %(count)s", count=tally.rejected))
    for reason, count in sorted(tally.reasons.items(), key=lambda pair: (-pair[1], pair[0])):
        click.echo(f"    {reason}: {count}")
    if is_dry_run:
        click.echo(_("Nothing was written."))
