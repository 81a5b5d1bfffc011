"""Commands for the roles of staff."""

import click

from idp.kernel.ground import clock
from idp.kernel.web.i18n import gettext as _
from idp.kernel.work.floor import Floor
from widget_server.identity.queries import granted_roles
from widget_server.identity.rules import Role
from widget_server.identity.service import grant_role, revoke_role


@click.group()
def staff() -> None:
    """Members of staff: who may use the console, by the sub of their account."""


@staff.command("grant")
@click.argument("sub")
@click.argument("role", type=click.Choice([role.value for role in Role]))
@click.option("--authority", help="code of the responsible service that authority staff works for")
@click.option("--by", "granted_by", default="command line", show_default=True, help="who grants it")
@click.pass_obj
def grant(floor: Floor, sub: str, role: str, authority: str | None, granted_by: str) -> None:
    """Give SUB a ROLE, in place of any other."""
    wanted = Role(role)
    if (wanted is Role.AUTHORITY) != bool(authority):
        raise click.UsageError(_("Authority staff needs --authority, platform staff takes none."))
    with floor.db.writing() as session:
        grant_role(session, sub, wanted, authority=authority, granted_by=granted_by, now=clock.now())
    click.echo(f"{sub}: {role}")


@staff.command("list")
@click.pass_obj
def list_roles(floor: Floor) -> None:
    """List the granted roles, newest first."""
    with floor.db.reading() as session:
        rows = granted_roles(session)
    for row in rows:
        known = (row.sub, row.role.value, row.authority or "-", f"{row.granted_at:%Y-%m-%d}", row.granted_by)
        click.echo("\t".join(known))


@staff.command("revoke")
@click.argument("sub")
@click.pass_obj
def revoke(floor: Floor, sub: str) -> None:
    """Take the role of SUB away, at once."""
    with floor.db.writing() as session:
        was_staff = revoke_role(session, sub)
    if not was_staff:
        raise click.ClickException(_("%(sub)s has no role.", sub=sub))
    click.echo(_("%(sub)s has no role any more.", sub=sub))
