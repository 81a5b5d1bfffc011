"""How a route or a job finds the subjects of its app."""

from typing import cast
from uuid import UUID

from flask import Flask, current_app

from idp.clients import Client
from idp.kernel.work.floor import Floor

from .subjects import Subjects

_EXTENSION = "subjects"


def subject_for(client: Client, account_id: UUID) -> str:
    """Give the subject by which a client knows a person. Never called inside a unit of work."""
    return cast(Subjects, current_app.extensions[_EXTENSION]).subject_for(client, account_id)


def prepare(app: Flask) -> None:
    """Give an app its subjects; their salt is read when it is first needed."""
    floor = cast(Floor, app.extensions["floor"])
    app.extensions[_EXTENSION] = Subjects(floor.db, floor.envelope)
