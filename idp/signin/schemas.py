"""Forms of the sign-in chain, parsed at the door."""

import unicodedata
from collections.abc import Collection, Container
from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from idp.accounts import Address, parse_address, password_faults, takes_sms
from idp.kernel.ground.faults import FieldFault, Invalid
from idp.kernel.ground.text import clean_line

_LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class RegistrationForm:
    """A registration that can be made; `once` names the form, so that a double tap makes one account."""

    name: str
    address: Address
    password: str
    once: str


def parse_registration(
    form: MultiDict[str, str], *, regions: Collection[str], stolen: Container[str]
) -> RegistrationForm:
    """Read the registration form; raises Invalid with every field that is wrong.

    `regions` are the countries to whose numbers we send SMS, `stolen` the passwords of others.
    """
    name, password = clean_line(form.get("name", "")), form.get("password", "")
    login = form.get("login", "")
    address = parse_address(login)
    faults = []
    if len(name) > _LONGEST_NAME:
        faults.append(FieldFault("name", "Use at most %(count)s characters", {"count": _LONGEST_NAME}))
    if address is None:
        faults.append(FieldFault("login", "Enter an e-mail address or a mobile number"))
    elif address.is_phone and not takes_sms(address.key, regions):
        faults.append(FieldFault("login", "We cannot send a code to this number"))
    faults += password_faults(password, known=[name, login[:254]], stolen=stolen)
    if faults or address is None:
        raise Invalid(fields=faults)
    return RegistrationForm(name, address, password, form.get("once", "")[:64])


def parse_code(form: MultiDict[str, str]) -> str:
    """Read a code as people type it, with spaces or dashes in between."""
    return "".join(c for c in unicodedata.normalize("NFKC", form.get("code", "")[:40]) if c.isdecimal())


def parse_new_password(form: MultiDict[str, str], *, stolen: Container[str]) -> str:
    """Read a new password; raises Invalid."""
    password = form.get("password", "")
    faults = password_faults(password, stolen=stolen)
    if faults:
        raise Invalid(fields=faults)
    return password
