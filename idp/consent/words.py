"""What a scope, or a single claim, means in words that people know."""

from collections.abc import Iterable

from idp.kernel.web.i18n import lazy_gettext as _

from .rules import CLAIM

_SCOPES = {
    "openid": _("that you have an account here, under a number of your own"),
    "profile": _("your name and what else is in your profile"),
    "email": _("your e-mail address"),
    "phone": _("your telephone number"),
    "address": _("your postal address"),
    "offline_access": _("all this also while you are away, until you withdraw it"),
}
_CLAIMS = {
    "name": _("your name"),
    "given_name": _("your first name"),
    "family_name": _("your family name"),
    "middle_name": _("your middle name"),
    "nickname": _("your nickname"),
    "preferred_username": _("the name by which you sign in"),
    "profile": _("the address of your page"),
    "picture": _("your picture"),
    "website": _("your website"),
    "gender": _("your gender"),
    "birthdate": _("your date of birth"),
    "zoneinfo": _("your time zone"),
    "locale": _("your language"),
    "updated_at": _("when your profile was changed last"),
    "email": _("your e-mail address"),
    "email_verified": _("whether your e-mail address is confirmed"),
    "address": _("your postal address"),
    "phone_number": _("your telephone number"),
    "phone_number_verified": _("whether your telephone number is confirmed"),
}


def scope_words(scope: Iterable[str]) -> list[str]:
    """Give the sentences for some scopes and claims, in the order of the lists above, each once."""
    wanted = set(scope)
    words = [str(said) for name, said in _SCOPES.items() if name in wanted]
    words += [str(said) for name, said in _CLAIMS.items() if CLAIM + name in wanted]
    return list(dict.fromkeys(words))
