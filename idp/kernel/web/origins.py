"""Where a form post comes from, as the browser itself says it.

`Sec-Fetch-Site` is trusted first: a page cannot forge it. Under `Referrer-Policy: no-referrer` a
same-origin form post says `Origin: null`, so an Origin that is missing or null proves nothing by
itself; a foreign one always refuses.
"""

from flask import request

from ..ground.faults import Forbidden
from .floor import current_floor


class ForeignOrigin(Forbidden):
    """The form was sent from another site's page."""

    code = "foreign-origin"
    title = "This form was sent from another site"
    detail = "Open the page itself and send the form from there."


def require_own_origin() -> None:
    """Refuse a state-changing request that another origin's page made (spec C6.6)."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None and site not in ("same-origin", "none"):
        raise ForeignOrigin
    origin = request.headers.get("Origin")
    if origin not in (None, "null") and origin != current_floor().settings.public_url:
        raise ForeignOrigin
