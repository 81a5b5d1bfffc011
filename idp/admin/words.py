"""Words of the staff's pages: roles, reasons, who acted, where a key stands."""

from collections.abc import Mapping

from flask_babel.speaklater import LazyString

from idp.kernel.web.i18n import lazy_gettext as _

ROLE_WORDS: Mapping[str, LazyString] = {
    "support": _("Support"),
    "admin": _("Administrator"),
}
REASON_WORDS: Mapping[str, LazyString] = {
    "owner-asked": _("The owner asked for it"),
    "takeover": _("Somebody else seems to use it"),
    "abuse": _("It is used for abuse"),
    "order": _("By order of an authority"),
}
ACTOR_WORDS: Mapping[str, LazyString] = {
    "person": _("the person"),
    "staff": _("staff"),
    "client": _("the site"),
    "operator": _("operator's command"),
    "system": _("the provider itself"),
}
STANDING_WORDS: Mapping[str, LazyString] = {
    "ready": _("stands ready"),
    "signing": _("signs"),
    "retired": _("checks what it has signed"),
    "revoked": _("revoked"),
}
LEVEL_WORDS: Mapping[str, LazyString] = {
    "L0": _("nothing confirmed"),
    "L1": _("address confirmed"),
    "L2": _("place of residence confirmed"),
    "L3": _("identity confirmed"),
}
