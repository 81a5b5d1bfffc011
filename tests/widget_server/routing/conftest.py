"""A database with the tables of territories and routing, and the demo's own data in it."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

DEMO = Path(__file__).resolve().parents[3] / "examples" / "demo_data"
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture(scope="session")
def routing_engine(database_url: Callable[[str], str]) -> Iterator[sa.Engine]:
    from widget_server.database import Model
    from widget_server.routing import models
    from widget_server.territories import models as places

    engine = sa.create_engine(database_url("routing"))
    tables = [places.Territory, places.PlaceRevision, places.GazetteerPlace, places.GazetteerPrefix]
    tables += [models.Authority, models.Responsibility]
    Model.metadata.create_all(engine, tables=[table.__table__ for table in tables])
    yield engine
    engine.dispose()


@pytest.fixture
def session(routing_engine: sa.Engine) -> Iterator[Session]:
    with Session(routing_engine) as opened:
        yield opened
        opened.rollback()


@pytest.fixture
def demo(session: Session) -> Session:
    """A session that sees the demo's territories and services."""
    from widget_server.routing import load_routing, shipped_catalogue
    from widget_server.territories import Level, TerritoryFields, TerritoryIndexes, load_territories

    for name, level in (
        ("country", Level.COUNTRY),
        ("regions", Level.REGION),
        ("municipalities", Level.MUNICIPALITY),
        ("districts", Level.DISTRICT),
    ):
        data = (DEMO / "territories" / f"{name}.geojson").read_bytes()
        load_territories(session, data, fields=TerritoryFields(level), source=name, now=NOW)
    load_routing(
        session,
        (DEMO / "authorities.toml").read_bytes(),
        catalogue=shipped_catalogue(),
        index=TerritoryIndexes().current(session),
        source="demo",
        now=NOW,
    )
    return session
