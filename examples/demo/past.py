"""What the demo took over from the portal before it: reports closed there, whose end nobody knows.

They come through the importer, as a city's real archive would, and are the only ones that are closed
without being fixed or refused.
"""

from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from sqlalchemy.orm import Session

from widget_server.problems import State
from widget_server.problems.imports.mapping import Columns, ImportMapping
from widget_server.problems.imports.rows import ImportDraft
from widget_server.problems.imports.service import ReportImporter
from widget_server.routing import shipped_catalogue
from widget_server.territories import TerritoryIndex

from .configuration import PARTNER_KEYS
from .plan import DOBRO

_COUNT = 14
_LON, _LAT = 38.7783, 55.0794
_WORDS = {
    "roads.pothole": "Яма на перекрёстке, перенесено со старого портала.",
    "lighting.street": "Не горит фонарь, перенесено со старого портала.",
    "waste.missed": "Не вывезли мусор, перенесено со старого портала.",
}


def import_past(session: Session, *, partner_id: UUID, index: TerritoryIndex, now: datetime) -> None:
    """Import the archive: a year to nine months old, all closed."""
    columns = Columns(id="id", lat="lat", lon="lon", created="created", category=("category",), state="state")
    mapping = ImportMapping(
        source="старый портал",
        partner=PARTNER_KEYS[DOBRO],
        columns=columns,
        states={"closed": State.CLOSED},
    )
    catalogue = shipped_catalogue()
    importer = ReportImporter(mapping, partner_id=partner_id, index=index, catalogue=catalogue)
    importer.store(session, [_draft(number, now) for number in range(_COUNT)], now=now - timedelta(days=270))


def _draft(number: int, now: datetime) -> ImportDraft:
    chance = Random(number)  # noqa: S311  # the same archive at every first start
    category = chance.choice(list(_WORDS))
    created_at = now - timedelta(days=chance.uniform(280, 364))
    return ImportDraft(
        external_id=f"2025-{number + 1001}",
        category=category,
        state=State.CLOSED,
        lon=_LON + chance.uniform(-0.02, 0.02),
        lat=_LAT + chance.uniform(-0.015, 0.015),
        address="",
        description=_WORDS[category],
        created_at=created_at,
        closed_at=created_at + timedelta(days=chance.uniform(2, 10)),
    )
