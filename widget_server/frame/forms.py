"""Reading the frame's forms: from the raw fields of one step to the draft's fields, once, at the door."""

from dataclasses import replace

from werkzeug.datastructures import MultiDict

from idp.kernel.ground.text import clean_line
from widget_server.problems import ReportFields, clean_fields
from widget_server.territories import parse_coordinates

LONGEST_FIELD = 10_000
MOST_NAMES = 20
LONGEST_NAME = 80
Form = MultiDict[str, str]


def read_step(step: str, form: Form, before: ReportFields) -> ReportFields:
    """Give the draft's fields after one step's form; what the form does not ask stays as it was."""
    readers = {"place": _place, "category": _category, "details": _details, "who": _who}
    reader = readers.get(step)
    return reader(form, before) if reader else before


def _place(form: Form, before: ReportFields) -> ReportFields:
    address = clean_line(_text(form, "address"))
    found, _, label = _text(form, "found").partition("|")
    position = parse_coordinates(_lat_lon(found)) if found else None
    if position is not None:
        return replace(before, lon=position[0], lat=position[1], address=clean_line(label) or address)
    position = parse_coordinates(_text(form, "coordinates")) or parse_coordinates(address)
    if position is None:
        return replace(before, lon=None, lat=None, address=address)
    return replace(before, lon=position[0], lat=position[1], address=address)


def _category(form: Form, before: ReportFields) -> ReportFields:
    category = clean_line(_text(form, "category")) or before.category  # a search sends none
    if category == before.category:
        return before
    return replace(before, category=category, answers={}, service="")


def _details(form: Form, before: ReportFields) -> ReportFields:
    answers = {name: _text(form, f"answer-{name}") for name in _names(form, "answer-")}
    cleaned = clean_fields({"description": _text(form, "description")}, answers)
    service = clean_line(_text(form, "service"))
    return replace(before, description=cleaned["description"], answers=cleaned["answers"], service=service)


def _who(form: Form, before: ReportFields) -> ReportFields:
    consents = tuple(name for name in _names(form, "consent-") if form[f"consent-{name}"] == "yes")
    name = clean_line(_text(form, "name")) or (before.name if before.sub else "")
    if before.sub and before.email:
        return replace(before, name=name, consents=consents)
    return replace(before, name=name, email=clean_line(_text(form, "email")), consents=consents)


def _names(form: Form, prefix: str) -> list[str]:
    """Give what follows a prefix in the names of fields: a form's few, never the thousands of a flood."""
    named = (name.removeprefix(prefix) for name in form if name.startswith(prefix))
    return [name for name in named if name.isprintable() and len(name) <= LONGEST_NAME][:MOST_NAMES]


def _text(form: Form, name: str) -> str:
    # Cut far above every limit: the check then says how much is too long, and nothing is stored whole.
    return form.get(name, "")[:LONGEST_FIELD]


def _lat_lon(found: str) -> str:
    lon, _, lat = found.partition(",")
    return f"{lat}, {lon}"
