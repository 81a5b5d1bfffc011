"""The password: a new one by the old one; every other session and device has to sign in again."""

from flask import Blueprint, Response, request

from idp.accounts import hash_password, password_faults, set_password, stolen_passwords, tell_change
from idp.audit import Event, record
from idp.factors import forget_devices
from idp.kernel.ground import clock
from idp.kernel.ground.faults import Invalid
from idp.kernel.web.floor import current_floor
from idp.kernel.web.surface import Surface, surface
from idp.sessions import current_session, end_sessions_of
from idp.tokens import revoke_grants_of

from .routes_person import back, page, password_faults_of, signed_in_person, to_signin

blueprint = surface(Blueprint("password", __name__), Surface.PAGE)


@blueprint.get("/account/password")
def show() -> Response:
    """Ask for the present password and a new one."""
    if current_session() is None:
        return to_signin()
    _, person = signed_in_person()
    return page("password", person=person)


@blueprint.post("/account/password")
def change() -> Response:
    """Set a new password by the old one; other sessions end, remembered devices are forgotten (spec C6.4)."""
    live, person = signed_in_person()
    floor, now, new = current_floor(), clock.now(), request.form.get("password", "")
    stolen = stolen_passwords(floor.settings.data_dir)
    faults = password_faults_of(live.account_id)
    faults += password_faults(new, known=[person.name, person.address], stolen=stolen)
    if faults:
        return page("password", fault=Invalid(fields=faults), person=person)
    hashed = hash_password(new)
    with floor.db.writing() as session:
        set_password(session, live.account_id, hashed, now=now)
        forget_devices(session, live.account_id)
        end_sessions_of(session, live.account_id, now=now, but=live.id)
        revoke_grants_of(session, live.account_id, now=now)
        tell_change(session, live.account_id, "password-changed", outbox=floor.outbox)
        record(session, Event("account.password_changed", live.account_id), now=now)
    return back("password.show", "password")
