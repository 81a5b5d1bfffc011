"""Registration of the self-service pages."""

from flask import Flask

from idp.accounts import spoken_phone
from idp.kernel.work.slices import Slice

from . import (
    routes_activity,
    routes_acts,
    routes_contacts,
    routes_data,
    routes_devices,
    routes_password,
    routes_profile,
    routes_proof,
    routes_security,
    routes_sites,
)


def _prepare(app: Flask) -> None:
    app.jinja_env.filters["phone"] = spoken_phone


SLICE = Slice(
    name="selfservice",
    blueprints=(
        routes_profile.blueprint,
        routes_contacts.blueprint,
        routes_password.blueprint,
        routes_proof.blueprint,
        routes_security.blueprint,
        routes_devices.blueprint,
        routes_sites.blueprint,
        routes_activity.blueprint,
        routes_data.blueprint,
        routes_acts.blueprint,
    ),
    prepare=_prepare,
)
