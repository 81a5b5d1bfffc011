"""Forms of the sign-in chain, parsed at the door."""

from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from idp.accounts import Address, parse_address, password_faults
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


def parse_registration(form: MultiDict[str, str]) -> RegistrationForm:
    """Read the registration form; raises Invalid with every field that is wrong."""
    name, password = clean_line(form.get("name", "")), form.get("password", "")
    address = parse_address(form.get("email", ""))
    faults = []
    if len(name) > _LONGEST_NAME:
        faults.append(FieldFault("name", "Use at most %(count)s characters", {"count": _LONGEST_NAME}))
    if address is None:
        faults.append(FieldFault("email", "Enter an e-mail address such as name@example.ru"))
    faults += password_faults(password, known=[name, form.get("email", "")[:254]])
    if faults or address is None:
        raise Invalid(fields=faults)
    return RegistrationForm(name, address, password, form.get("once", "")[:64])


def parse_new_password(form: MultiDict[str, str]) -> str:
    """Read a new password; raises Invalid."""
    password = form.get("password", "")
    faults = password_faults(password)
    if faults:
        raise Invalid(fields=faults)
    return password
