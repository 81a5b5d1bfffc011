"""The log and the keys, for admins: entries by filters, the proof of the chain, the rings."""

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for

from idp.audit import Verdict, action_words, entries, find_head, verify
from idp.kernel.ground import clock
from idp.kernel.web.floor import current_floor
from idp.keys import ALGORITHMS, Order, all_keys, new_keys, rhythm_of, rotate_keys, standing

from .routes_desk import current_staff, desk
from .rules import said_details
from .schemas import parse_filter
from .words import ACTOR_WORDS, STANDING_WORDS

PAGE_ROWS = 50
_LATEST = 2**62
log = desk(Blueprint("log", __name__, url_prefix="/staff/log"), "admin")
rings = desk(Blueprint("rings", __name__, url_prefix="/staff/keys"), "admin")


@log.get("/")
def show() -> str:
    """Show entries, the newest first."""
    return _page(None)


@log.post("/verify")
def prove() -> str:
    """Walk the whole chain and say what was found."""
    floor = current_floor()
    with floor.db.reading() as session:
        verdict = verify(session, floor.capabilities)
    return _page(verdict)


@rings.get("/")
def show_keys() -> str:
    """Show the rings."""
    now = clock.now()
    with current_floor().db.reading() as session:
        found = all_keys(session)
    return render_template(
        "admin/keys.html", staff=current_staff(), standing_words=STANDING_WORDS,
        rows=[(key, standing(key, found, now)) for key in reversed(found)],
    )  # fmt: skip


@rings.post("/rotate")
def rotate() -> Response:
    """Publish new keys that sign after the overlap."""
    floor, now = current_floor(), clock.now()
    order, offered = Order(floor.envelope, now, current_staff().actor), new_keys(ALGORITHMS)
    with floor.db.writing() as session:
        rotate_keys(session, offered, order, signs_at=now + rhythm_of(floor).overlap)
    return make_response(redirect(url_for("rings.show_keys", done="rotated"), 303))


def _page(verdict: Verdict | None) -> str:
    before = min(request.args.get("before", _LATEST, type=int), _LATEST)
    with current_floor().db.reading() as session:
        rows = entries(session, parse_filter(request.args), limit=PAGE_ROWS + 1, before=before)
        head = find_head(session)
    asked = {name: value for name, value in request.args.items() if value and name not in ("before", "lang")}
    return render_template(
        "admin/log.html", staff=current_staff(), entries=rows[:PAGE_ROWS], head=head, verdict=verdict,
        asked=asked, more=rows[PAGE_ROWS - 1].number if len(rows) > PAGE_ROWS else None,
        is_first=before == _LATEST, details=said_details, words=action_words, actor_words=ACTOR_WORDS,
    )  # fmt: skip
