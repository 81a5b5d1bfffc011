"""What the API says of a pin: the routing's answer and what was reported nearby, as one document."""

from typing import Any

from sqlalchemy.orm import Session

from idp.kernel.crypto.capabilities import Capabilities
from idp.kernel.ground import clock
from idp.kernel.web.i18n import gettext
from widget_server.problems import Nearby, nearby
from widget_server.routing import PinDesk


def place_document(
    session: Session, desk: PinDesk, *, lon: float, lat: float, language: str, capabilities: Capabilities
) -> dict[str, Any]:
    """Give everything a form needs about a pin: a later change of category needs no network."""
    now = clock.now()
    pin = desk.at_pin(session, lon=lon, lat=lat, now=now, language=language)
    radius = {c.card.code: c.card.nearby_radius_m for c in pin.categories if c.card.visibility == "public"}
    near = nearby(session, lon=lon, lat=lat, radius_by_category=radius, capabilities=capabilities, now=now)
    return {
        **desk.document(pin),
        "place": {"lon": lon, "lat": lat, "label": ", ".join(t.name for t in pin.territories)},
        "served": any(c.receivers or c.by_answer for c in pin.categories),
        "message": gettext(pin.message) if pin.message else None,
        "nearby": [_near(n) for n in near],
    }


def _near(near: Nearby) -> dict[str, Any]:
    return {
        "number": near.number,
        "category": near.category,
        "state": near.badge,
        "place": near.place,
        "description": near.description,
        "distance_m": near.distance_m,
        "photo_url": near.photo_url or None,
        "received_at": near.received_at.isoformat(),
    }
