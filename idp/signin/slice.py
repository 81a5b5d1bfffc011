"""Registration of the sign-in chain."""

from idp.kernel.work.slices import Slice

from . import routes_codes, routes_links, routes_pages, routes_steps

SLICE = Slice(
    name="signin",
    blueprints=(
        routes_pages.blueprint,
        routes_codes.blueprint,
        routes_links.blueprint,
        routes_steps.blueprint,
    ),
)
