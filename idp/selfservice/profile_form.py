"""The form of the profile, read into the claims of OpenID Connect Core §5.1 and shown from them."""

from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from werkzeug.datastructures import MultiDict

from idp.accounts import Person, Profile
from idp.kernel.ground.faults import FieldFault, Invalid
from idp.kernel.ground.settings import LANGUAGES
from idp.kernel.ground.text import clean_line

ZONES = tuple(sorted(z for z in available_timezones() if z.startswith(("Europe/", "Asia/", "America/"))))
GENDERS = ("female", "male")
_NAMES = ("name", "given_name", "middle_name", "family_name", "nickname")
_ADDRESS = ("street_address", "locality", "region", "postal_code", "country")
_LINKS = ("website", "picture")
_LONGEST = 100
_LONGEST_LINK = 500
_OLDEST = date(1900, 1, 1)


def parse_profile(form: MultiDict[str, str], *, today: date) -> Profile:
    """Read the form; raises Invalid with every field that is wrong."""
    read = {name: clean_line(form.get(name, "")) for name in (*_NAMES, *_ADDRESS, *_LINKS)}
    chosen = {name: form.get(name, "").strip() for name in ("gender", "zoneinfo", "birthdate", "locale")}
    faults = [*_length_faults(read), *_link_faults(read), *_choice_faults(chosen, today)]
    if faults:
        raise Invalid(fields=faults)
    claims = {
        **{name: read[name] for name in ("middle_name", "nickname", *_LINKS)},
        **{name: chosen[name] for name in ("gender", "zoneinfo", "birthdate")},
        "address": _address(read),
    }
    name = read["name"] or " ".join(n for n in (read["given_name"], read["family_name"]) if n)
    return Profile(name, read["given_name"], read["family_name"], chosen["locale"] or LANGUAGES[0], claims)


def entered_profile(person: Person) -> Mapping[str, Any]:
    """Give the values that the form shows."""
    address = person.claims.get("address")
    return {
        **person.claims,
        **(address if isinstance(address, dict) else {}),
        "name": person.name,
        "given_name": person.given_name,
        "family_name": person.family_name,
        "locale": person.locale,
    }


def _length_faults(read: Mapping[str, str]) -> list[FieldFault]:
    too_long = [name for name in (*_NAMES, *_ADDRESS) if len(read[name]) > _LONGEST]
    return [FieldFault(name, "Use at most %(count)s characters", {"count": _LONGEST}) for name in too_long]


def _link_faults(read: Mapping[str, str]) -> list[FieldFault]:
    wrong = [name for name in _LINKS if read[name] and not _is_link(read[name])]
    return [FieldFault(name, "Enter an address that begins with https://") for name in wrong]


def _choice_faults(chosen: Mapping[str, str], today: date) -> list[FieldFault]:
    faults = []
    if chosen["birthdate"] and not _is_birthdate(chosen["birthdate"], today):
        faults.append(FieldFault("birthdate", "Enter a day in the past"))
    for name, known in (("gender", GENDERS), ("zoneinfo", ZONES), ("locale", LANGUAGES)):
        if chosen[name] and chosen[name] not in known:
            faults.append(FieldFault(name, "Choose one of the list"))
    return faults


def _is_birthdate(text: str, today: date) -> bool:
    try:
        return len(text) == len("2000-01-01") and _OLDEST <= date.fromisoformat(text) <= today
    except ValueError:
        return False


def _is_link(text: str) -> bool:
    """Say whether sites may get this as a link: it must not act when they show it (spec C8.1)."""
    try:
        url = urlsplit(text)
        host = url.hostname
    except ValueError:
        return False
    return url.scheme == "https" and bool(host) and "@" not in url.netloc and len(text) <= _LONGEST_LINK


def _address(read: Mapping[str, str]) -> dict[str, str]:
    """Give the claim `address` (OpenID Connect Core §5.1.1) with its parts in one line as well."""
    parts = {name: read[name] for name in _ADDRESS if read[name]}
    order = ("postal_code", "country", "region", "locality", "street_address")
    formatted = ", ".join(parts[name] for name in order if name in parts)
    return {"formatted": formatted, **parts} if parts else {}
