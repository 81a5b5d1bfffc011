"""Languages: Russian first, English complete, by gettext with the plural rules of each language.

The texts in the code are English message ids; a language is one .po file per package. The language
of an answer is the one asked for in the address (`?lang=`), else the one a route has set (a
person's own, a draft's), else the one a person chose before (a cookie, on surfaces that use them),
else the browser's best match, else Russian.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_datetime
from flask import Flask, Response, g, has_request_context, request
from flask_babel import Babel, force_locale, refresh
from flask_babel import gettext as _gettext
from flask_babel import lazy_gettext as _lazy_gettext
from flask_babel import ngettext as _ngettext
from flask_babel.speaklater import LazyString

from ..ground.settings import LANGUAGES
from .cookies import host_cookie, set_host_cookie
from .surface import COOKIE_SURFACES, current_surface

DEFAULT_LANGUAGE = "ru"
_COOKIE = "language"
_ONE_TIME = frozenset({"code", "error"})  # of OAuth's answers (RFC 6749 §4.1.2): a page does not repeat them
_LONGEST_QUERY = 16_000  # an authorization request with a signed object fits
_LONGEST_WISH = 1000  # no browser lists that many languages; a longer list only costs time (spec C8.12)
_COOKIE_LIFE_SECONDS = 365 * 24 * 3600
DEFAULT_ZONE = ZoneInfo("Europe/Moscow")


@dataclass(frozen=True, slots=True)
class LanguageLink:
    """A link to this page in another language: its code, its name in itself, the address."""

    code: str
    name: str
    href: str


def gettext(text: str, **values: object) -> str:
    """Give a text in the language of this answer, with %(name)s filled in."""
    return str(_gettext(text, **values))


def lazy_gettext(text: str, **values: object) -> LazyString:
    """Give a text that is translated when it is shown, for values made at import."""
    return _lazy_gettext(text, **values)


def ngettext(one: str, many: str, num: int, **values: object) -> str:
    """Give a text with the right plural for `num` (three forms in Russian)."""
    return str(_ngettext(one, many, num, **values))


def current_language() -> str:
    """Give the language of this answer: one of LANGUAGES."""
    from flask_babel import get_locale

    return str(get_locale() or DEFAULT_LANGUAGE)


def set_language(language: str) -> None:
    """Choose the language of this answer unless the address asks for one."""
    g.language = language if language in LANGUAGES else DEFAULT_LANGUAGE
    refresh()  # something may have been said already


def wished_language(tags: str) -> str | None:
    """Give the first of some language tags (RFC 5646 §2) that we speak, as `ui_locales` lists them."""
    asked = (tag.partition("-")[0].lower() for tag in tags.split())
    return next((language for language in asked if language in LANGUAGES), None)


@contextmanager
def in_language(language: str) -> Iterator[None]:
    """Speak one language while the block runs: for letters, written outside any request."""
    with force_locale(language if language in LANGUAGES else DEFAULT_LANGUAGE):
        yield


def day(value: datetime | date, zone: ZoneInfo = DEFAULT_ZONE) -> str:
    """Give a day as people say it: «5 декабря», with the year when it is not this one."""
    from ..ground import clock

    local = value.astimezone(zone).date() if isinstance(value, datetime) else value
    this_year = clock.now().astimezone(zone).year
    language = current_language()
    if local.year == this_year:
        return str(format_date(local, "d MMMM", locale=language))
    return str(format_date(local, "d MMMM y", locale=language)) + (" г." if language == "ru" else "")


def moment(value: datetime, zone: ZoneInfo = DEFAULT_ZONE) -> str:
    """Give day and time as people say them: «5 декабря, 14:30»."""
    return (
        f"{day(value, zone)}, {format_datetime(value.astimezone(zone), 'HH:mm', locale=current_language())}"
    )


def register_i18n(app: Flask, folders: Iterator[str] | list[str]) -> None:
    """Give an app its languages; `folders` hold the translations, nearest first."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = ";".join(folders)
    app.config["BABEL_DEFAULT_LOCALE"] = DEFAULT_LANGUAGE
    Babel(app, locale_selector=_choose_language)
    app.jinja_env.filters.update(day=day, moment=moment)
    app.jinja_env.globals.update(current_language=current_language, language_links=language_links)
    app.after_request(remember_language)


def language_links() -> list[LanguageLink]:
    """Give the links that show this page in the other languages; none after a form or a provider's answer."""
    if request.method != "GET" or _ONE_TIME & request.args.keys():
        return []
    others = [code for code in LANGUAGES if code != current_language()]
    return [LanguageLink(code, _own_name(code), _address_in(code)) for code in others]


def remember_language(response: Response) -> Response:
    """Keep the language asked for in the address, on surfaces that use cookies; runs after each answer."""
    if current_surface() not in COOKIE_SURFACES:
        return response
    asked = request.args.get("lang", "")
    if asked in LANGUAGES and host_cookie(_COOKIE) != asked:
        set_host_cookie(response, _COOKIE, asked, max_age_seconds=_COOKIE_LIFE_SECONDS)
    return response


def _own_name(code: str) -> str:
    return str(Locale(code).get_display_name(code)).capitalize()


def _address_in(code: str) -> str:
    # Browsers read "//x" and "/\x" as another site, so a path never begins with two of these.
    path = "/" + quote(request.path.lstrip("/\\"))
    is_short = len(request.query_string) <= _LONGEST_QUERY
    query = [(name, value) for name, value in request.args.items(multi=True) if is_short and name != "lang"]
    return f"{path}?{urlencode([*query, ('lang', code)])}"


def _choose_language() -> str:
    if not has_request_context():
        return DEFAULT_LANGUAGE
    asked = request.args.get("lang", "")
    if asked in LANGUAGES:
        return asked
    chosen = g.get("language")
    if chosen:
        return str(chosen)
    kept = host_cookie(_COOKIE)
    if kept in LANGUAGES:
        return str(kept)
    if len(request.headers.get("Accept-Language", "")) > _LONGEST_WISH:
        return DEFAULT_LANGUAGE
    return request.accept_languages.best_match(LANGUAGES, DEFAULT_LANGUAGE) or DEFAULT_LANGUAGE
