"""The steps of the widget as a table: name, title, and which faults hold a person there.

Place, category, details, photos, who, check: one question a step. A later step is open only when all
before it are in order, so that a copied address never skips one.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from idp.kernel.ground.faults import FieldFault
from idp.kernel.web.i18n import lazy_gettext as _
from widget_server.problems import (
    ReportFields,
    check_category,
    check_contact,
    check_details,
    check_photos,
    check_place,
)
from widget_server.routing import PinAnswer


@dataclass(frozen=True, slots=True)
class Progress:
    """All that the checks of the steps look at."""

    fields: ReportFields
    pin: PinAnswer | None
    photo_count: int


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its name in the address, its title, a short name for the progress line, its check."""

    name: str
    title: object
    short: object
    check: Callable[[Progress], list[FieldFault]]


def _details(progress: Progress) -> list[FieldFault]:
    chosen = progress.pin.category(progress.fields.category) if progress.pin else None
    return check_details(progress.fields, chosen) if chosen else []


def _photos(progress: Progress) -> list[FieldFault]:
    chosen = progress.pin.category(progress.fields.category) if progress.pin else None
    return check_photos(chosen, progress.photo_count) if chosen else []


STEPS: Sequence[Step] = (
    Step("place", _("Where is the problem?"), _("place"), lambda p: check_place(p.fields, p.pin)),
    Step(
        "category",
        _("What is it about?"),
        _("category"),
        lambda p: check_category(p.fields, p.pin) if p.pin else [],
    ),
    Step("details", _("What is wrong?"), _("details"), _details),
    Step("photos", _("Show it"), _("photos"), _photos),
    Step("who", _("Who is reporting?"), _("about you"), lambda p: check_contact(p.fields)),
    Step("check", _("Check before sending"), _("check"), lambda _progress: []),
)
BY_NAME = {step.name: step for step in STEPS}


def first_unfinished(progress: Progress) -> Step:
    """Give the first step with something missing, or the last one."""
    return next((step for step in STEPS if step.check(progress)), STEPS[-1])


def is_reachable(step: Step, progress: Progress) -> bool:
    """Say whether all steps before this one are in order."""
    return STEPS.index(step) <= STEPS.index(first_unfinished(progress))


def after(step: Step) -> Step:
    """Give the next step."""
    return STEPS[min(STEPS.index(step) + 1, len(STEPS) - 1)]


def before(step: Step) -> Step | None:
    """Give the step before, none for the first."""
    position = STEPS.index(step)
    return STEPS[position - 1] if position else None
