"""An index of the protocol sections that docstrings and comments name, so that a gap is visible.

`pytest tests/contracts/test_references.py -s` prints it.
"""

import re
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = re.compile(r"RFC[ -]?(\d{3,5})(?: ?(?:§|section )\s?([A-Z]?[\d.]*\d))?")
WRITTEN = re.compile(r"RFC \d{3,5}(?: §[A-Z]?\d[\d.]*)?")
# What the provider cannot be built without: each must be named where it is obeyed.
EXPECTED = {
    6749: "the framework",
    6750: "bearer tokens",
    7636: "PKCE",
    8414: "metadata",
    9068: "access tokens",
    9207: "issuer in the answer",
    9457: "problem details",
    9700: "best current practice",
}


def references() -> dict[int, dict[str, set[str]]]:
    """Give RFC → section ("" where none is named) → modules."""
    index: dict[int, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for server in ("idp", "widget_server"):
        for path in sorted((ROOT / server).rglob("*.py")):
            for number, section in REFERENCE.findall(path.read_text(encoding="utf-8")):
                index[int(number)][section].add(path.relative_to(ROOT).as_posix())
    return index


def test_expected_standards_are_named():
    index = references()
    for number in sorted(index):
        for section in sorted(index[number]):
            title = f"RFC {number} §{section}" if section else f"RFC {number}"
            print(f"{title}: {', '.join(sorted(index[number][section]))}")
    assert {number: why for number, why in EXPECTED.items() if number not in index} == {}


def test_references_are_written_alike():
    """`RFC 9700 §2.1.1`: one spelling, so that the index misses none."""
    wrong = []
    for server in ("idp", "widget_server"):
        for path in sorted((ROOT / server).rglob("*.py")):
            for found in REFERENCE.finditer(path.read_text(encoding="utf-8")):
                if not WRITTEN.fullmatch(found[0]):
                    wrong.append(f"{path.relative_to(ROOT)}: {found[0]}")
    assert not wrong
