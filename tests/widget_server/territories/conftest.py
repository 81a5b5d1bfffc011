"""A database with the tables of the territories alone, on each engine."""

from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session


@pytest.fixture(scope="session")
def places_engine(database_url: Callable[[str], str]) -> Iterator[sa.Engine]:
    from widget_server.database import Model
    from widget_server.territories import models

    engine = sa.create_engine(database_url("territories"))
    tables = [models.Territory, models.PlaceRevision, models.GazetteerPlace, models.GazetteerPrefix]
    Model.metadata.create_all(engine, tables=[table.__table__ for table in tables])
    yield engine
    engine.dispose()


@pytest.fixture
def session(places_engine: sa.Engine) -> Iterator[Session]:
    with Session(places_engine) as opened:
        yield opened
        opened.rollback()
