"""Telephone numbers as login names: many spellings, one form."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.accounts import login_key, parse_address, spoken_phone, takes_sms
from idp.accounts.phones import parse_phone

SPELLINGS = [
    "+79161234567", "8 (916) 123-45-67", "89161234567", "9161234567", "+7 916 123 45 67",
    "７９１６１２３４５６７", " +7-916-123-45-67 ", "+7 (916) 123‑45‑67", "8\u00a0916\u00a01234567",
]  # fmt: skip


@pytest.mark.parametrize("spelling", SPELLINGS, ids=ascii)
def test_c6_12_spellings_are_one_number(spelling: str) -> None:
    assert login_key(spelling) == "+79161234567"


@pytest.mark.parametrize(
    "text", ["", "12", "+7916123456", "8-800-FLOWERS", "+79161234567x5", "+79161234567;ext=5", "٣" * 400]
)
def test_what_is_no_number_names_nobody(text: str) -> None:
    assert parse_phone(text) is None


@given(st.text(max_size=60))
def test_any_text_is_a_number_or_none(text: str) -> None:
    number = parse_phone(text)
    assert number is None or parse_phone(number) == number


def test_mail_and_number_are_told_apart() -> None:
    mail, phone = parse_address("+7916@example.ru"), parse_address("+79161234567")
    assert mail
    assert phone
    assert (mail.is_phone, phone.is_phone) == (False, True)
    assert phone.spoken == spoken_phone(phone.key) == "+7 916 123-45-67"


def test_only_mobile_numbers_of_known_countries_take_sms() -> None:
    assert takes_sms("+79161234567", ["RU"])
    assert not takes_sms("+74951234567", ["RU"])
    assert not takes_sms("+77011234567", ["RU"])
    assert takes_sms("+77011234567", ["RU", "KZ"])
