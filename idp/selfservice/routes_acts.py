"""Acts of destruction, to read and to print: opened by the link in the last letter, for nobody else."""

from flask import Blueprint, render_template

from idp.accounts import find_act
from idp.kernel.ground.faults import NotFound
from idp.kernel.web.floor import current_floor
from idp.kernel.web.surface import Surface, surface
from idp.settings import settings_of

blueprint = surface(Blueprint("acts", __name__), Surface.CAPABILITY)


@blueprint.get("/destruction/<int(max=2147483647):number>/<token>")
def show(number: int, token: str) -> str:
    """Show an act with the particulars that order № 179 of Roskomnadzor names."""
    floor = current_floor()
    with floor.db.reading() as session:
        act = find_act(session, number)
    if act is None or not floor.capabilities.fits(token, "destruction-act", str(act.number), act.subject):
        raise NotFound
    return render_template("selfservice/act.html", act=act, operator=settings_of(floor))
