"""Routing: categories as data, who is responsible for them where, and until when.

Gives the slices above one answer per pin, the catalogue with its typed search, services by id, and
due dates. Reports themselves, nearby ones too, are `problems`' to know. What needs the database is
imported on first use, so that the rules load without Flask.
"""

from typing import TYPE_CHECKING

from idp.kernel.ground.faces import later
from widget_server.routing.cards import CategoryCard, GroupCard, OptionCard, QuestionCard
from widget_server.routing.catalogue import Catalogue, Category, Group, Option, Question, Season, Words
from widget_server.routing.catalogue_file import CatalogueFault, read_catalogue, shipped_catalogue
from widget_server.routing.deadlines import (
    Calendars,
    DeadlineRule,
    WorkingCalendar,
    due_at,
    shipped_calendars,
)
from widget_server.routing.documents import pin_document
from widget_server.routing.pins import (
    DEFAULT_TIMEZONE,
    AnswerReceivers,
    ImpossiblePlace,
    PinAnswer,
    PinCategory,
    PlaceName,
    Receiver,
    UnknownCategory,
)
from widget_server.routing.receivers import AuthorityCard, answer_key

if TYPE_CHECKING:
    from widget_server.routing.queries import (
        AuthorityContact,
        PinDesk,
        authorities,
        authority,
        authority_by_code,
    )
    from widget_server.routing.service import load_routing
    from widget_server.routing.slice import current_desk

__all__ = [
    "DEFAULT_TIMEZONE",
    "AnswerReceivers",
    "AuthorityCard",
    "AuthorityContact",
    "Calendars",
    "Catalogue",
    "CatalogueFault",
    "Category",
    "CategoryCard",
    "DeadlineRule",
    "Group",
    "GroupCard",
    "ImpossiblePlace",
    "Option",
    "OptionCard",
    "PinAnswer",
    "PinCategory",
    "PinDesk",
    "PlaceName",
    "Question",
    "QuestionCard",
    "Receiver",
    "Season",
    "UnknownCategory",
    "Words",
    "WorkingCalendar",
    "answer_key",
    "authorities",
    "authority",
    "authority_by_code",
    "current_desk",
    "due_at",
    "load_routing",
    "pin_document",
    "read_catalogue",
    "shipped_calendars",
    "shipped_catalogue",
]

if not TYPE_CHECKING:
    __getattr__ = later(
        __name__,
        queries=(
            "AuthorityContact",
            "PinDesk",
            "authorities",
            "authority",
            "authority_by_code",
        ),
        service=("load_routing",),
        slice=("current_desk",),
    )
