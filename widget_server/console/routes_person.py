"""What a signed-in person finds: the reports made with this account."""

from flask import Blueprint, render_template, request

from idp.kernel.ground import clock
from idp.kernel.web.floor import current_floor
from idp.kernel.web.i18n import current_language
from widget_server.console.queries import names_for
from widget_server.console.routes_header import with_header
from widget_server.console.schemas import own_cursor
from widget_server.identity import require_person, staff_of
from widget_server.problems import reports_of, status_path
from widget_server.routing import current_desk

blueprint = with_header(Blueprint("person", __name__))


@blueprint.get("/my")
def my_reports() -> str:
    """List the reports of who is signed in, newest first."""
    person = require_person()
    with current_floor().db.reading() as session:
        cursor = own_cursor(request.args.get("cursor", ""))
        page = reports_of(session, person.sub, now=clock.now(), cursor=cursor)
        mentioned = [row.service_code for row in page.rows]
        names = names_for(session, current_desk().catalogue, mentioned, language=current_language())
        is_staff = staff_of(session, person) is not None
    return render_template(
        "console/my.html",
        staff=person,
        is_staff=is_staff,
        page=page,
        names=names,
        status_path=status_path,
        is_first=not cursor,
    )
