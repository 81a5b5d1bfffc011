"""Reports through the API: from a body and its headers to the same command the form builds."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from idp.kernel.ground import clock
from idp.kernel.ground.faults import FieldFault, Invalid
from idp.kernel.ground.ids import UUID, new_id, parse_id
from idp.kernel.work.floor import Floor
from widget_server.database import tables
from widget_server.identity import Person, PersonClaims, level_of
from widget_server.media import adopt_photo
from widget_server.partners import Diagnosis, HostConfig, find_host
from widget_server.privacy import consent_texts
from widget_server.problems import (
    DueCounter,
    ReportCommand,
    ReportFields,
    clean_fields,
    receiver_of,
    report,
    report_command,
    status_path,
)
from widget_server.routing import PinAnswer, PinDesk
from widget_server.settings import settings_of

from .schemas import ReportBody


@dataclass(frozen=True, slots=True)
class Signed:
    """A signed-in reporter: whom the token names, and what the provider says of the person."""

    person: Person
    claims: PersonClaims


def file_report(
    session: Session,
    body: ReportBody,
    *,
    key: str,
    signed: Signed | None,
    origin: str,
    floor: Floor,
    desk: PinDesk,
) -> Mapping[str, Any]:
    """Store a report once per idempotency key and give its receipt; raises Invalid or KeyReused."""
    host = find_host(session, body.partner, referer=origin or None)
    if isinstance(host, Diagnosis):
        raise Invalid(fields=[FieldFault("partner", "This partner key is not known, or not for this origin")])
    asker = signed.person.sub if signed else ""
    fingerprint, scope = body.model_dump_json(), f"report:{host.partner_id}:{asker}"
    remembered = tables.idempotency.recall(session, scope=scope, key=key, fingerprint=fingerprint)
    if remembered is not None:
        return remembered
    receipt = _report(session, body, host, signed, origin, floor, desk)
    tables.idempotency.remember(session, receipt, scope=scope, key=key)
    return receipt


def _report(
    session: Session,
    body: ReportBody,
    host: HostConfig,
    signed: Signed | None,
    origin: str,
    floor: Floor,
    desk: PinDesk,
) -> dict[str, Any]:
    now = clock.now()
    pin = desk.at_pin(session, lon=body.lon, lat=body.lat, now=now, language=body.lang)
    owner, count = _adopt(session, body.photos, floor)
    command = _command(body, pin, host, signed, origin, floor, owner, count)
    count_due = DueCounter(desk.calendars, region=pin.region, timezone=pin.timezone)
    receipt = report(session, command, count_due=count_due, outbox=floor.outbox, now=now)
    url = floor.settings.public_url + status_path(receipt.number)
    return {"number": receipt.number, "state": receipt.state.value, "status_url": url}


def _command(
    body: ReportBody,
    pin: PinAnswer,
    host: HostConfig,
    signed: Signed | None,
    origin: str,
    floor: Floor,
    owner: UUID,
    photo_count: int,
) -> ReportCommand:
    entered, settings = _fields(body, signed), settings_of(floor)
    chosen = pin.category(entered.category)
    receiver = receiver_of(entered, chosen) if chosen else None
    operator = settings.operator_name_en if body.lang == "en" else settings.operator_name_ru
    return report_command(
        entered,
        pin=pin,
        partner_id=host.partner_id,
        origin=origin,
        language=body.lang,
        asked=consent_texts(body.lang, operator=operator, receiver=receiver.name if receiver else operator),
        photo_owner=owner,
        photo_count=photo_count,
    )


def _fields(body: ReportBody, signed: Signed | None) -> ReportFields:
    raw = body.model_dump(include={"address", "category", "description", "service", "email", "name"})
    cleaned = clean_fields(raw, body.answers)
    entered = ReportFields(lon=body.lon, lat=body.lat, consents=tuple(body.consents), **cleaned)
    if signed is None:
        return entered
    level = level_of(signed.person.acr) if signed.claims.email_verified else 0
    known = {"sub": signed.person.sub, "level": level, "email": signed.claims.email or entered.email}
    return ReportFields(**{**entered.to_json(), **known})


def _adopt(session: Session, tokens: list[str], floor: Floor) -> tuple[UUID, int]:
    """Bring the photos behind tokens under one owner; a token that is not ours is a fault of its field."""
    owner = new_id()
    for token in dict.fromkeys(tokens):
        photo, _, capability = token.partition(".")
        photo_id = parse_id(photo)
        fits = photo_id is not None and floor.capabilities.fits(capability, "photo-token", photo)
        if photo_id is None or not fits or not adopt_photo(session, photo_id, owner_id=owner):
            raise Invalid(fields=[FieldFault("photos", "This photo is not known any more: send it again")])
    return owner, len(set(tokens))
