"""What the console's addresses and forms say, parsed at the door.

A filter that names nothing we know narrows nothing; an address that names no report is no page.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from idp.kernel.ground.faults import FieldFault, Invalid, NotFound
from idp.kernel.ground.ids import parse_id
from idp.kernel.ground.text import clean_text
from idp.kernel.web.cursors import CursorWrong, decode_cursor
from widget_server.problems import Action, ReportFilter, State, check_words

LONGEST_NUMBER = 20
LARGEST_RANK = 2**62
STAFF_ACTIONS = frozenset({Action.TAKE, Action.ANSWER, Action.FIX, Action.REFUSE})
DONE = frozenset({*STAFF_ACTIONS, Action.ASSIGN})


@dataclass(frozen=True, slots=True)
class Step:
    """What a member of staff does with a report; `text` is what reporter and public will read."""

    action: Action
    text: str


def filter_of(
    entered: Mapping[str, str],
    states: Sequence[str],
    *,
    categories: Collection[str],
    services: Collection[str],
) -> ReportFilter:
    """Give what a list is narrowed to; unknown values are left out."""
    category, service = entered.get("category", ""), entered.get("service", "")
    return ReportFilter(
        states=frozenset(states) & {state.value for state in State},
        category=category if category in categories else "",
        service_code=service if service in services else "",
        is_overdue="overdue" in entered,
    )


def filter_query(wanted: ReportFilter) -> dict[str, str | list[str]]:
    """Give the parameters that spell a filter, for links to its other pages."""
    query: dict[str, str | list[str]] = {}
    if wanted.states:
        query["state"] = sorted(wanted.states)
    if wanted.category:
        query["category"] = wanted.category
    if wanted.service_code:
        query["service"] = wanted.service_code
    if wanted.is_overdue:
        query["overdue"] = "1"
    return query


def queue_cursor(cursor: str) -> str:
    """Give the cursor of a queue if it is one, or raise CursorWrong."""
    if cursor:
        rank, key = decode_cursor(cursor, [int, str])
        if not -LARGEST_RANK < int(rank) < LARGEST_RANK or parse_id(str(key)) is None:
            raise CursorWrong
    return cursor


def own_cursor(cursor: str) -> str:
    """Give the cursor of a person's own list if it is one, or raise CursorWrong."""
    if cursor and parse_id(str(decode_cursor(cursor, [str])[0])) is None:
        raise CursorWrong
    return cursor


def report_number(text: str) -> str:
    """Give the number that an address names, as it is stored; raises NotFound for what is none."""
    if len(text) > LONGEST_NUMBER or not text.isascii() or not text.replace("-", "").isalnum():
        raise NotFound
    return text.upper()


def step_of(entered: Mapping[str, str]) -> Step:
    """Give the step a form asks for; raises Invalid when it or its words are missing."""
    action, text = entered.get("action", ""), clean_text(entered.get("text", ""))
    if action not in STAFF_ACTIONS:
        raise Invalid(fields=[FieldFault("action", "Choose what to do with the report")])
    if action == Action.TAKE:
        return Step(Action.TAKE, "")
    check_words(text)
    return Step(Action(action), text)


def service_of(entered: Mapping[str, str], services: Collection[str]) -> str:
    """Give the service a report is handed to; raises Invalid unless it is one in force."""
    service = entered.get("service", "")
    if service not in services:
        raise Invalid(fields=[FieldFault("service", "Choose a service from the list")])
    return service


def done_action(text: str) -> Action | None:
    """Give the action that a page is to report as done."""
    return Action(text) if text in DONE else None
