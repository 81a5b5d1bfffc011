"""The window's database: its models' base class, its connection, and the floor's tables in it."""

from sqlalchemy.orm import DeclarativeBase

from idp.kernel.application.tables import FloorTables
from idp.kernel.storage.database import COLUMN_TYPES, Database, new_metadata


class Model(DeclarativeBase):
    """Base of every table of the window."""

    metadata = new_metadata()
    type_annotation_map = COLUMN_TYPES


db = Database(Model)
tables = FloorTables(Model.metadata)
