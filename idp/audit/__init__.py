"""Audit: an append-only, hash-chained log of what matters for security, which every slice may write to.

Sign-ins, credentials, consents, replays, acts of staff and operators, clients, keys; nothing of the
hot paths (silent sign-on, issue of tokens). No personal data: people and sites are named by their
identifiers, which stay as pseudonyms when an account is destroyed. Leaves to its neighbours: when
something happened (they call `record`), and the pages that show it (selfservice, admin).
"""

from typing import TYPE_CHECKING

from idp.kernel.ground.faces import later

from .rules import OPERATOR, SOMEBODY, SYSTEM, Action, Actor, Entry, Event, Link, staff

if TYPE_CHECKING:
    from .queries import Activity, Filter, activity_of, count_entries, entries
    from .service import record
    from .verification import Break, Head, Verdict, find_head, verify
    from .words import action_words

__all__ = [
    "OPERATOR",
    "SOMEBODY",
    "SYSTEM",
    "Action",
    "Activity",
    "Actor",
    "Break",
    "Entry",
    "Event",
    "Filter",
    "Head",
    "Link",
    "Verdict",
    "action_words",
    "activity_of",
    "count_entries",
    "entries",
    "find_head",
    "record",
    "staff",
    "verify",
]

if not TYPE_CHECKING:
    __getattr__ = later(
        __name__,
        queries=(
            "Activity",
            "Filter",
            "activity_of",
            "count_entries",
            "entries",
        ),
        service=("record",),
        verification=(
            "Break",
            "Head",
            "Verdict",
            "find_head",
            "verify",
        ),
        words=("action_words",),
    )
