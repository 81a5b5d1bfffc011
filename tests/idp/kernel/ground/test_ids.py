"""Keys are ordered by time, secrets are long, numbers survive the telephone."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from idp.kernel.ground.ids import new_id, new_number, new_secret, parse_id


def test_keys_come_in_order_of_time() -> None:
    keys = [new_id() for _ in range(1000)]
    assert keys == sorted(keys)


def test_key_is_a_uuid_of_version_seven() -> None:
    key = new_id()
    assert (type(key), key.version) == (UUID, 7)


def test_keys_of_both_generations_differ() -> None:
    assert len({new_id() for _ in range(1000)}) == 1000


@given(st.uuids())
def test_spelled_key_is_read_back(key: UUID) -> None:
    assert parse_id(str(key)) == key


@pytest.mark.parametrize("text", ["", "1", "../passwd", "g" * 32, "0" * 31, "0" * 33, "\0" * 32, "ю" * 32])
def test_noise_names_no_row(text: str) -> None:
    assert parse_id(text) is None


@given(st.text())
def test_any_text_is_a_key_or_nothing(text: str) -> None:
    assert parse_id(text) is None or isinstance(parse_id(text), UUID)


def test_secret_has_256_bits() -> None:
    assert len(new_secret()) == 43


def test_secret_needs_no_escaping() -> None:
    assert set("".join(new_secret() for _ in range(200))) <= set(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    )


def test_number_has_no_ambiguous_letters() -> None:
    letters = set("".join(new_number() for _ in range(2000)))
    assert letters == set("0123456789ABCDEFGHJKMNPQRSTVWXYZ")


@pytest.mark.parametrize("length", [1, 8, 12])
def test_number_is_as_long_as_asked(length: int) -> None:
    assert len(new_number(length)) == length
