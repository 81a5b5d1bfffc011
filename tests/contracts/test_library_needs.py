"""Each need that client libraries have taught us has its test: `test_b1_…` to `test_b11_…`."""

import re
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
NAME = re.compile(r"^ *def test_b(\d+)_", re.M)


def test_every_need_of_libraries_has_its_test():
    written = {
        int(number)
        for file in TESTS.rglob("test_*.py")
        for number in NAME.findall(file.read_text(encoding="utf-8"))
    }
    assert written == set(range(1, 12))
