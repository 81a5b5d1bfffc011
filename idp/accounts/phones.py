"""Telephone numbers as login names: typed in any manner, kept and compared in E.164 alone.

Numbering plans come from `phonenumbers`; a number without a country is read as a Russian one, so
that «8 (916) 123-45-67» and «+7 916 123-45-67» are one number.
"""

import re
import unicodedata
from collections.abc import Collection

import phonenumbers

from idp.kernel.ground.text import clean_line

HOME_REGION = "RU"
_LONGEST_TYPED = 40
_TYPED = re.compile(r"[+\d() .\-‐-―/]+")
_MOBILE = (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE)


def parse_phone(text: str) -> str | None:
    """Give the number that a text spells in E.164, or nothing; letters spell no number."""
    typed = unicodedata.normalize("NFKC", clean_line(text[: 2 * _LONGEST_TYPED]))
    if len(typed) > _LONGEST_TYPED or not _TYPED.fullmatch(typed):
        return None
    try:
        number = phonenumbers.parse(typed, HOME_REGION)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def takes_sms(number: str, regions: Collection[str]) -> bool:
    """Say whether an E.164 number is a mobile one of these countries."""
    parsed = phonenumbers.parse(number)
    is_mobile = phonenumbers.number_type(parsed) in _MOBILE
    return is_mobile and phonenumbers.region_code_for_number(parsed) in regions


def spoken_phone(number: str) -> str:
    """Give an E.164 number as people write it: «+7 916 123-45-67»."""
    form = phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return str(phonenumbers.format_number(phonenumbers.parse(number), form))
