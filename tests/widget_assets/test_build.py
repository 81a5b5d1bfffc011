"""The build: what is served is what was built, weighs what it may, and never runs what it should not."""

import json
import re
from pathlib import Path

import pytest

from widget_assets import BUILT, build

MANIFEST = build.read_manifest(BUILT)
FILES = {name: (BUILT / entry.file).read_text(encoding="utf-8") for name, entry in MANIFEST.items()}
ROOT = Path(build.__file__).parent


def test_manifest_names_every_entry():
    assert set(MANIFEST) == {entry.name for entry in build.ENTRIES}


@pytest.mark.parametrize("name", MANIFEST)
def test_integrity_is_that_of_the_file(name):
    entry = MANIFEST[name]
    assert entry.integrity == build.integrity_of((BUILT / entry.file).read_bytes())


@pytest.mark.parametrize("name", MANIFEST)
def test_file_names_carry_their_content(name):
    stem, _, extension = name.rpartition(".")
    assert re.fullmatch(rf"{stem}\.[0-9a-f]{{12}}\.{extension}", MANIFEST[name].file)


def test_built_files_keep_their_budgets():
    build.check_budgets(build.weigh(BUILT, MANIFEST))


def test_overweight_bundle_is_named():
    budget = build.Budget(("loader.js",), gzip=10, raw=100)
    with pytest.raises(build.OverBudget, match=r"loader\.js: 11 bytes gzip, budget 10"):
        build.check_budgets({"loader.js": (100, 11)}, [budget])


def test_budget_of_a_group_is_its_sum():
    budget = build.Budget(("a", "b"), gzip=10)
    build.check_budgets({"a": (0, 5), "b": (0, 5)}, [budget])
    with pytest.raises(build.OverBudget):
        build.check_budgets({"a": (0, 5), "b": (0, 6)}, [budget])


def test_unchanged_sources_need_no_build():
    assert build.is_fresh(BUILT)


def test_empty_folder_is_not_fresh(tmp_path):
    assert not build.is_fresh(tmp_path)


def test_second_build_gives_the_same_bytes(tmp_path):
    assert build.build(tmp_path) == MANIFEST


def test_stale_files_leave_the_folder(tmp_path):
    (tmp_path / "frame.000000000000.js").write_text("old")
    build.build(tmp_path)
    left = {path.name for path in tmp_path.iterdir()}
    assert left == {entry.file for entry in MANIFEST.values()} | {"manifest.json", ".stamp"}


@pytest.mark.parametrize("name", ["loader.js", "frame.js", "popup.js"])
@pytest.mark.parametrize("sink", ["eval(", "innerHTML", "outerHTML", "insertAdjacentHTML", "document.write"])
def test_own_scripts_parse_no_text_as_code(name, sink):
    assert sink not in FILES[name]


@pytest.mark.parametrize(
    "sink", ["new Function", "setTimeout", "createElement", "Storage", ".cookie", ".cssText"]
)
def test_loader_leaves_the_host_page_alone(sink):
    assert sink not in FILES["loader.js"]


@pytest.mark.parametrize("name", ["frame.js", "popup.js"])
@pytest.mark.parametrize("store", ["localStorage", "sessionStorage", "document.cookie", "indexedDB"])
def test_own_scripts_store_nothing(name, store):
    assert store not in FILES[name]


@pytest.mark.parametrize("name", [name for name in MANIFEST if name.endswith(".css")])
def test_styles_fetch_nothing(name):
    addresses = re.findall(r"url\(\s*[\"']?([^\"')]*)", FILES[name])
    assert [a for a in addresses if a and not a.startswith(("data:", "#"))] == []
    assert "@import" not in FILES[name]


def test_frame_height_never_follows_the_viewport():
    """A rule in vh inside a frame as tall as its content would make it grow for ever."""
    assert not re.search(r"\d(?:d|s|l)?vh\b", FILES["frame.css"])


def test_lock_carries_no_addresses():
    lock = json.loads((ROOT / "package-lock.json").read_text())
    assert [name for name, package in lock["packages"].items() if "resolved" in package] == []
    assert all("integrity" in package for name, package in lock["packages"].items() if name)
