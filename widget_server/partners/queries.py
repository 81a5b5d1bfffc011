"""Reads of partners."""

import sqlalchemy as sa
from sqlalchemy.orm import Session

from .models import Partner, PartnerOrigin
from .rules import Diagnosis, HostConfig, diagnose, is_key


def find_host(session: Session, key: str, *, referer: str | None) -> HostConfig | Diagnosis:
    """Give the partner's configuration, or what is wrong with this embedding."""
    partner = session.scalar(sa.select(Partner).where(Partner.key == key)) if is_key(key) else None
    host = _config(session, partner) if partner else None
    fault = diagnose(host, is_enabled=bool(partner and partner.is_enabled), referer=referer)
    if fault is not None or host is None:
        return fault or Diagnosis.UNKNOWN_KEY
    return host


def _config(session: Session, partner: Partner) -> HostConfig:
    origins = sa.select(PartnerOrigin.origin).where(PartnerOrigin.partner_id == partner.id)
    return HostConfig(
        partner_id=partner.id,
        key=partner.key,
        name_ru=partner.name_ru,
        name_en=partner.name_en,
        origins=tuple(sorted(session.scalars(origins))),
        language=partner.language,
        lon=partner.lon,
        lat=partner.lat,
        zoom=partner.zoom,
    )
