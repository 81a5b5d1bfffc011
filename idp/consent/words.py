"""What a scope means in words that people know."""

from collections.abc import Iterable

from idp.kernel.web.i18n import lazy_gettext

_WORDS = {
    "openid": lazy_gettext("that you have an account here, under a number of your own"),
    "profile": lazy_gettext("your name and what else is in your profile"),
    "email": lazy_gettext("your e-mail address"),
    "phone": lazy_gettext("your telephone number"),
    "address": lazy_gettext("your postal address"),
    "offline_access": lazy_gettext("all this also while you are away, until you withdraw it"),
}


def scope_words(scope: Iterable[str]) -> list[str]:
    """Give the sentences for some scopes, in the order of the list above."""
    wanted = set(scope)
    return [str(words) for name, words in _WORDS.items() if name in wanted]
