"""Pure rules of the accounts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.accounts import level_of
from idp.accounts.passwords import hash_password, is_password
from idp.accounts.rules import login_key, mailbox, parse_address, password_faults


@given(st.text(max_size=300))
def test_any_text_is_an_address_or_none(text: str) -> None:
    address = parse_address(text)
    assert address is None or login_key(address.text) == address.key


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("anna@example.ru", "ANNA@Example.RU", True), ("anna@пример.рф", "anna@xn--e1afmkfd.xn--p1ai", True),
        ("anna@example.ru", "anna+tag@example.ru", False),
        ("K@e.ru", "k@e.ru", True), ("mike@e.ru", "mıke@e.ru", False), ("а@e.ru", "a@e.ru", False),
        ("alice@e.ru", "alice@e.ru ", True), ("alice@e.ru", "alice@e.ru.", False),
        ("strasse@straße.de", "strasse@xn--strae-oqa.de", True), ("straße@e.de", "strasse@e.de", False),
    ],
)  # fmt: skip
def test_c6_13_addresses_compare_in_one_form(one: str, other: str, same: bool) -> None:
    assert (login_key(one) == login_key(other)) is same


@pytest.mark.parametrize(
    "text",
    ["ａlice@e.ru", "alıce@e.ru", "\u212aate@e.ru", "al\u200bice@e.ru", "\u202eecila@e.ru", "ſam@e.ru"],
    ids=ascii,
)  # fmt: skip
def test_c6_13_lookalike_is_the_plain_address_or_none(text: str) -> None:
    """Nothing that looks like another's address becomes a second one beside it."""
    from idp.kernel.ground.text import comparable

    assert login_key(text) in ("", comparable(text))
    assert login_key(text).isascii()


def test_letters_go_to_the_domain_in_idna() -> None:
    assert mailbox("Anna.B@пример.рф") == "Anna.B@xn--e1afmkfd.xn--p1ai"
    assert mailbox("Anna.B@Example.ru") == "Anna.B@example.ru"


def test_name_that_mail_cannot_carry_is_refused() -> None:
    assert parse_address("анна@пример.рф") is None


def test_people_of_the_demo_have_addresses() -> None:
    assert login_key("anna@igrajdanin.localhost") == "anna@igrajdanin.localhost"


GUESSABLE = [
    "123456789012", "парольпароль", "пароль2024!!", "qwertyuiop[]", "йцукенгшщзхъ", "aaaaaaaaaaaa",
    "ПАРОЛЬ123456", "password1234", "annaannaanna", "gfhjkmgfhjkm", "александр1987", "спартакчемпион",
    "наташаиванова", "ghbdtnrfrltkf", "одноклассники", "солнышкомое1", "ｐａｓｓｗｏｒｄ１２３４",
]  # fmt: skip


@pytest.mark.parametrize("password", GUESSABLE)
def test_c6_14_guessable_passwords_are_refused(password: str) -> None:
    assert password_faults(password, known=["anna", "anna@example.ru"])


@pytest.mark.parametrize(
    "password", ["четыре несвязанных слова 42", "correct horse battery staple", "ж" * 3 + "Qv7#kk пони  и"]
)
def test_c6_14_long_unrelated_words_are_taken(password: str) -> None:
    assert password_faults(password) == []


@pytest.mark.parametrize("length", [0, 11, 257, 100_000])
def test_c6_14_length_is_bounded(length: int) -> None:
    assert password_faults("x" * length)


def test_password_is_not_cut_at_72_bytes() -> None:
    kept = hash_password("ж" * 80 + "a")
    assert is_password(kept, "ж" * 80 + "a")
    assert not is_password(kept, "ж" * 80 + "b")


def test_c6_14_spaces_of_a_password_count() -> None:
    kept = hash_password(" пробелы с двух сторон ")
    assert is_password(kept, " пробелы с двух сторон ")
    assert not is_password(kept, "пробелы с двух сторон")


def test_composed_and_decomposed_password_are_one() -> None:
    assert is_password(hash_password("й" * 12), "й" * 12)


def test_unknown_account_has_no_password() -> None:
    assert not is_password(None, "anything at all")


def test_level_follows_the_address() -> None:
    assert (level_of(is_confirmed=False), level_of(is_confirmed=True)) == ("L0", "L1")
    assert level_of(is_confirmed=True, proved="L3") == "L3"
