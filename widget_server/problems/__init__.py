"""Problems: what citizens report, from the draft to the answer.

Owns the report, its states and clocks, its history, the reporter's contact (apart from the problem,
so that it can be blanked), drafts and the capabilities that open a report. Who is responsible where
is `routing`'s to say; pictures are `media`'s; how a letter travels is `notifications`'.
"""

from typing import TYPE_CHECKING

from idp.kernel.ground.faces import later

from .states import Action, ActorKind, Clocks, State, StepImpossible

if TYPE_CHECKING:
    from .around import Nearby, nearby
    from .commands import Actor, ClockRules, Contact, Receipt, ReportCommand
    from .drafts import (
        DraftView,
        find_draft,
        finish_draft,
        lock_unsent,
        put_aside,
        start_draft,
        take_step,
    )
    from .due import DueCounter
    from .links import status_path
    from .queries import (
        HistoryRow,
        ReportDetails,
        ReporterView,
        ReportFilter,
        ReportRow,
        public_report,
        receipt_of,
        reports_of,
        staff_report,
        staff_reports,
    )
    from .schemas import (
        ReportFields,
        check_category,
        check_contact,
        check_details,
        check_photos,
        check_place,
        check_words,
        clean_fields,
        receiver_of,
        receivers_of,
        report_command,
    )
    from .service import act, assign, confirm, report
    from .words import ACTION_WORDS, BADGE_WORDS, LEVEL_WORDS, STATE_WORDS

_LATER = {
    "commands": ("Actor", "ClockRules", "Contact", "Receipt", "ReportCommand"),
    "drafts": (
        "DraftView",
        "find_draft",
        "finish_draft",
        "lock_unsent",
        "put_aside",
        "start_draft",
        "take_step",
    ),
    "due": ("DueCounter",),
    "links": ("status_path",),
    "around": ("Nearby", "nearby"),
    "queries": (
        "HistoryRow",
        "ReportDetails",
        "ReportFilter",
        "ReportRow",
        "ReporterView",
        "public_report",
        "receipt_of",
        "reports_of",
        "staff_report",
        "staff_reports",
    ),
    "schemas": (
        "ReportFields",
        "check_category",
        "check_contact",
        "check_details",
        "check_photos",
        "check_place",
        "check_words",
        "clean_fields",
        "receiver_of",
        "receivers_of",
        "report_command",
    ),
    "service": ("act", "assign", "confirm", "report"),
    "words": ("ACTION_WORDS", "BADGE_WORDS", "LEVEL_WORDS", "STATE_WORDS"),
}

__all__ = [
    "ACTION_WORDS",
    "BADGE_WORDS",
    "LEVEL_WORDS",
    "STATE_WORDS",
    "Action",
    "Actor",
    "ActorKind",
    "ClockRules",
    "Clocks",
    "Contact",
    "DraftView",
    "DueCounter",
    "HistoryRow",
    "Nearby",
    "Receipt",
    "ReportCommand",
    "ReportDetails",
    "ReportFields",
    "ReportFilter",
    "ReportRow",
    "ReporterView",
    "State",
    "StepImpossible",
    "act",
    "assign",
    "check_category",
    "check_contact",
    "check_details",
    "check_photos",
    "check_place",
    "check_words",
    "clean_fields",
    "confirm",
    "find_draft",
    "finish_draft",
    "lock_unsent",
    "nearby",
    "public_report",
    "put_aside",
    "receipt_of",
    "receiver_of",
    "receivers_of",
    "report",
    "report_command",
    "reports_of",
    "staff_report",
    "staff_reports",
    "start_draft",
    "status_path",
    "take_step",
]

if not TYPE_CHECKING:
    __getattr__ = later(__name__, **_LATER)
