"""The words that tell states, actions and levels to people. Sentences to translate, no logic."""

from collections.abc import Mapping

from idp.kernel.web.i18n import lazy_gettext as _

STATE_WORDS: Mapping[str, object] = {
    "awaiting-confirmation": _("Waits for confirmation by e-mail"),
    "unserved": _("No service yet, with our staff"),
    "sent": _("Sent to the service"),
    "in-work": _("In work"),
    "answered": _("Answered"),
    "fixed": _("Fixed"),
    "refused": _("Refused"),
    "closed": _("Closed"),
}

BADGE_WORDS: Mapping[str, object] = {
    "in-time": _("In time"),
    "due-soon": _("Due soon"),
    "overdue": _("Overdue"),
    "answered": _("Answered"),
    "fixed": _("Fixed"),
    "refused": _("Refused"),
    "waiting": _("Waiting"),
    "closed": _("Closed"),
}

ACTION_WORDS: Mapping[str, object] = {
    "report": _("Reported"),
    "confirm": _("Confirmed by e-mail"),
    "send": _("Sent, the deadlines run"),
    "keep": _("No service yet, our staff keep it"),
    "assign": _("Handed to a service"),
    "take": _("Taken into work"),
    "answer": _("The service answered"),
    "fix": _("The service says it is fixed"),
    "refuse": _("The service refused"),
    "import": _("Taken over from another system"),
}

LEVEL_WORDS: Mapping[int, object] = {
    0: _("Not confirmed"),
    1: _("E-mail confirmed"),
    2: _("Place of residence confirmed"),
    3: _("Identity verified"),
}
