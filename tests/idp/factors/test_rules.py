"""Pure rules of the factors."""

from datetime import UTC, datetime, timedelta

import pyotp
import pytest

from idp.factors.rules import (
    in_groups,
    matching_step,
    new_recovery_codes,
    new_seed,
    typed_code,
    typed_recovery_code,
)

# RFC 6238 appendix B, SHA-1, shortened to six digits
SEED = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


@pytest.mark.parametrize(
    ("seconds", "code"),
    [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")],
)
def test_codes_are_those_of_the_standard(seconds: int, code: str) -> None:
    assert matching_step(SEED, code, now=datetime.fromtimestamp(seconds, UTC)) == seconds // 30


def test_neighbouring_step_fits_and_no_other() -> None:
    now = datetime(2026, 6, 10, 9, 0, tzinfo=UTC)
    code = pyotp.TOTP(SEED).at(now)
    steps = [matching_step(SEED, code, now=now + timedelta(seconds=s)) for s in (-60, -30, 0, 30, 60)]
    assert [step is not None for step in steps] == [False, True, True, True, False]


@pytest.mark.parametrize("wrong", ["", "0" * 6, "٢٨٧٠٨٢", "287 082 1", "x" * 1000])
def test_nonsense_is_no_code(wrong: str) -> None:
    assert matching_step(SEED, typed_code(wrong), now=datetime.fromtimestamp(59, UTC)) is None


def test_code_may_be_typed_as_apps_show_it() -> None:
    assert typed_code(" 287 082 ") == "287082"


def test_paper_code_may_be_typed_carelessly() -> None:
    assert typed_recovery_code(" 7kq4 mx2p-9OTA—vb3i ") == "7KQ4MX2P90TAVB31"


def test_recovery_codes_differ_and_are_long() -> None:
    codes = new_recovery_codes()
    assert len(set(codes)) == 10
    assert {len(typed_recovery_code(code)) for code in codes} == {16}
    assert new_seed() != new_seed()
    assert in_groups("ABCDEF") == "ABCD-EF"
