"""The door of the staff's pages: who comes in, and what they must have shown.

Each blueprint says once which role its pages ask for, and nothing behind the door asks again. To
anybody without a role there is no such page. Staff need a session behind which stand proofs of more
than one kind, and for an act a recent one, so that an open desk or a stolen password is not enough.
"""

from dataclasses import dataclass
from functools import partial
from typing import cast

from flask import Blueprint, Response, g, make_response, redirect, render_template, request, url_for

from idp.accounts import Role, role_of
from idp.audit import Actor, Event, record
from idp.audit import staff as staff_actor
from idp.kernel.ground import clock
from idp.kernel.ground.faults import Forbidden, NotFound, Unauthenticated
from idp.kernel.web.floor import current_floor
from idp.kernel.web.surface import Surface, surface
from idp.sessions import LiveSession, current_session
from idp.settings import settings_of

from .rules import RECENT, includes

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class Staff:
    """One of the staff at work."""

    live: LiveSession
    role: Role

    @property
    def is_admin(self) -> bool:
        """Say whether they may do everything."""
        return self.role == "admin"

    @property
    def actor(self) -> Actor:
        """How the log names them."""
        return staff_actor(self.live.account_id)


def desk(blueprint: Blueprint, role: Role) -> Blueprint:
    """Let nobody below a role reach a blueprint's routes."""
    blueprint.before_request(partial(_let_in, role))
    return surface(blueprint, Surface.PAGE)


def current_staff() -> Staff:
    """Give who is at work; there is always somebody behind the door."""
    return cast(Staff, g.staff)


def _let_in(wanted: Role) -> Response | None:
    live = current_session()
    if live is None:
        return _send_to_sign_in()
    with current_floor().db.reading() as session:
        role = role_of(session, live.account_id)
    if role is None:
        raise NotFound
    staff = g.staff = Staff(live, role)
    if not includes(role, wanted):
        _note_refusal(staff)
        raise Forbidden
    return _ask_for_proof(staff)


def _send_to_sign_in() -> Response:
    if request.method not in _SAFE:
        raise Unauthenticated
    return make_response(redirect(url_for("signin.show"), 303))


def _ask_for_proof(staff: Staff) -> Response | None:
    """Give the page that asks for more proof, or nothing when there is enough."""
    live = staff.live
    if settings_of(current_floor()).staff_second_factor and not live.is_strong:
        return make_response(render_template("admin/proof.html", staff=staff, wants="factor"), 403)
    proved_at = max(live.auth_time, live.strengthened_at or live.auth_time)
    if request.method not in _SAFE and proved_at < clock.now() - RECENT:
        return make_response(render_template("admin/proof.html", staff=staff, wants="recent"), 403)
    return None


def _note_refusal(staff: Staff) -> None:
    refused = Event("staff.refused", by=staff.actor, details={"page": request.endpoint or ""})
    with current_floor().db.writing() as session:
        record(session, refused, now=clock.now())
