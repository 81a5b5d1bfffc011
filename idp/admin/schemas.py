"""Forms of the staff's pages, parsed at the door: what is not named here is not read (spec C9.2)."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from uuid import UUID

from idp.audit import Filter
from idp.kernel.ground.faults import FieldFault, Invalid
from idp.kernel.ground.ids import parse_id
from idp.kernel.ground.text import clean_line
from idp.kernel.web.i18n import DEFAULT_ZONE

from .rules import LONGEST_NOTE, PROVED_LEVELS, REASONS, SHORTEST_NOTE, LevelProof

_LONGEST_SEARCH = 320
_NOBODY = UUID(int=0)


def parse_search(form: Mapping[str, str]) -> str:
    """Read what somebody is searched by."""
    return clean_line(form.get("who", "")[:_LONGEST_SEARCH])


def parse_reason(form: Mapping[str, str]) -> str:
    """Read why an account is locked; raises Invalid."""
    reason = form.get("reason", "")
    if reason not in REASONS:
        raise Invalid(fields=[FieldFault("reason", "Choose a reason")])
    return reason


def parse_proof(form: Mapping[str, str]) -> LevelProof:
    """Read a level proved in person; raises Invalid with every field that is wrong."""
    level, note, faults = form.get("level", ""), clean_line(form.get("note", "")), []
    if level not in PROVED_LEVELS:
        faults.append(FieldFault("level", "Choose a level"))
    if not SHORTEST_NOTE <= len(note) <= LONGEST_NOTE:
        faults.append(FieldFault("note", "Write down what you have seen, in 5 to 200 characters"))
    if form.get("seen") != "yes":
        faults.append(FieldFault("seen", "Confirm that you have seen the document yourself"))
    if faults:
        raise Invalid(fields=faults)
    return LevelProof(level, note)


def parse_filter(query: Mapping[str, str]) -> Filter:
    """Read which entries are wanted; what is no `sub` names nobody, what is no day restricts nothing."""
    return Filter(
        account_id=_parse_sub(query.get("account", "")),
        client_id=query.get("client", "").strip()[:100] or None,
        actor_id=query.get("actor", "").strip()[:100] or None,
        action=query.get("action", "").strip()[:60],
        since=_parse_day(query.get("since", "")),
        until=_parse_day(query.get("until", ""), shift=timedelta(days=1)),
    )


def _parse_sub(text: str) -> UUID | None:
    return (parse_id(text.strip()) or _NOBODY) if text.strip() else None


def _parse_day(text: str, *, shift: timedelta = timedelta()) -> datetime | None:
    try:
        day = datetime.strptime(text, "%Y-%m-%d").date()  # noqa: DTZ007  # a day of ours, see below
        return datetime.combine(day, time(), DEFAULT_ZONE) + shift
    except (ValueError, OverflowError):
        return None
