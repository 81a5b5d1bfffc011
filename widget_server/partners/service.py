"""Commands of partners: save one with its origins, switch one off."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

import sqlalchemy as sa
from sqlalchemy.orm import Session

from idp.kernel.ground.faults import FieldFault, Invalid, NotFound

from .models import Partner, PartnerOrigin
from .rules import is_key, normal_origin


@dataclass(frozen=True, slots=True)
class PartnerDraft:
    """What the operator says of a partner; `lon, lat, zoom` are where its map begins."""

    key: str
    name_ru: str
    name_en: str
    origins: Sequence[str]
    lon: float
    lat: float
    zoom: int = 12
    language: str = "ru"


def save_partner(session: Session, draft: PartnerDraft, *, now: datetime) -> Partner:
    """Make or change the partner of this key; its origins are replaced. Raises Invalid."""
    if not is_key(draft.key):
        raise Invalid(fields=[FieldFault("key", "A key is 1 to 40 small Latin letters, digits and hyphens")])
    origins = [_checked(origin) for origin in draft.origins]
    partner = session.scalar(sa.select(Partner).where(Partner.key == draft.key))
    if partner is None:
        partner = Partner(key=draft.key, is_enabled=True, created_at=now)
        session.add(partner)
    partner.name_ru, partner.name_en, partner.language = draft.name_ru, draft.name_en, draft.language
    partner.lon, partner.lat, partner.zoom = draft.lon, draft.lat, draft.zoom
    session.flush()
    session.execute(sa.delete(PartnerOrigin).where(PartnerOrigin.partner_id == partner.id))
    session.add_all(PartnerOrigin(partner_id=partner.id, origin=o) for o in dict.fromkeys(origins))
    return partner


def switch_partner(session: Session, key: str, *, is_enabled: bool) -> None:
    """Switch a partner on or off; its frames follow at their next request."""
    partner = session.scalar(sa.select(Partner).where(Partner.key == key))
    if partner is None:
        raise NotFound
    partner.is_enabled = is_enabled


def _checked(origin: str) -> str:
    normal, parts = normal_origin(origin), urlsplit(origin)
    if normal is None or parts.path not in ("", "/") or parts.query or parts.fragment:
        message = "An origin is a scheme, a host and perhaps a port, such as https://example.org"
        raise Invalid(fields=[FieldFault("origins", message)])
    return normal
