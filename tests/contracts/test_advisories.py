"""No locked package is older than the release that mended a weakness we know of.

The list is of weaknesses in what the product is made of that touch how it uses them; whoever reads a
new advisory adds its line, and the lock files must follow. It works without a network.
"""

import re
from pathlib import Path

import pytest
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ("requirements.lock", "requirements-dev.lock")
PINNED = re.compile(r"^([a-z0-9-]+)==([^\s;\\]+)", re.MULTILINE)
MENDED = [
    ("authlib", "1.9.1", "CVE-2026-116672: any registration access token edits any client"),
    ("authlib", "1.9.0", "PYSEC-2026-4358: JWT bearer grant takes any audience"),
    ("authlib", "1.6.9", "CVE-2026-27962: a header's own key is trusted"),
    ("joserfc", "1.7.3", "CVE-2026-75509: array-valued iss and sub pass equality"),
    ("joserfc", "1.6.3", "CVE-2026-27932: unbounded PBES2 count"),
    ("flask", "3.1.3", "CVE-2026-27205: a session is cached without Vary"),
    ("werkzeug", "3.1.6", "CVE-2026-27199: device names pass safe_join"),
    ("werkzeug", "3.0.6", "CVE-2024-49767: multipart takes the memory"),
    ("flask-cors", "6.0.0", "CVE-2024-6839: patterns match more than they say"),
    ("pillow", "13.0.0", "CVE-2026-96639: stale buffers of several frames"),
    ("cryptography", "46", "the oldest release line that is still mended"),
]


def locked(name: str) -> dict[str, list[Version]]:
    """Give the versions that a lock file holds, by package; several where platforms differ."""
    found: dict[str, list[Version]] = {}
    for package, version in PINNED.findall((ROOT / name).read_text(encoding="utf-8")):
        found.setdefault(package, []).append(Version(version))
    return found


@pytest.mark.parametrize("lock", LOCKS)
def test_no_locked_package_has_a_known_weakness(lock):
    versions = locked(lock)
    weak = [why for package, mended, why in MENDED if min(versions[package]) < Version(mended)]
    assert weak == []
