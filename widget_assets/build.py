"""Builds the front end: joined and shortened files named by their content, and the manifest of them.

`python -m widget_assets.build` is called before every start, so it first compares one stamp over the
sources and returns at once when nothing changed. `bundling` makes the files. What they may weigh stands
in `BUDGETS`: a build over budget fails and leaves the last good one in place. The servers read
`manifest.json` and nothing else.
"""

import base64
import gzip
import hashlib
import json
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from . import BUILT

HERE = Path(__file__).resolve().parent
SOURCES = HERE / "src"
JAVASCRIPT = "text/javascript"
STYLES = "text/css"
CLASSIC = ("--format=iife",)  # what partners' pages paste
MODULE = ("--format=esm",)
PLAIN: tuple[str, ...] = ()  # styles have no format


@dataclass(frozen=True, slots=True)
class Entry:
    """One bundle: its logical name, the file its graph starts at, and how it is joined."""

    name: str
    source: str
    switches: tuple[str, ...]

    @property
    def type(self) -> str:
        """Give the media type the file is served with."""
        return STYLES if self.name.endswith(".css") else JAVASCRIPT


@dataclass(frozen=True, slots=True)
class Budget:
    """What some bundles may weigh together, in bytes; 0 means that nobody counts it."""

    names: tuple[str, ...]
    gzip: int
    raw: int = 0


@dataclass(frozen=True, slots=True)
class Built:
    """One entry of the manifest, as `idp.kernel.web.assets` reads it."""

    file: str
    integrity: str
    type: str


class OverBudget(Exception):
    """Bundles weigh more than people on a slow network should wait for."""


ENTRIES = (
    Entry("loader.js", "loader/loader.js", CLASSIC),
    Entry("frame.js", "frame/frame.js", MODULE),
    Entry("frame.css", "styles/frame.css", PLAIN),
    Entry("pages.css", "styles/pages.css", PLAIN),
    Entry("popup.js", "signin/popup.js", MODULE),
    Entry("form_post.js", "signin/form_post.js", MODULE),
    Entry("passkey.js", "passkey/passkey.js", MODULE),
    Entry("map.js", "map/map.js", MODULE),
    Entry("map.css", "styles/map.css", PLAIN),
)
BUDGETS = (
    Budget(("loader.js",), gzip=1_600, raw=3_200),
    Budget(("frame.js", "frame.css"), gzip=30_000),
    Budget(("popup.js",), gzip=1_000),
    Budget(("form_post.js",), gzip=300),
    Budget(("passkey.js",), gzip=1_600),
    Budget(("pages.css",), gzip=8_000),
    Budget(("map.js", "map.css"), gzip=52_000),
)


def main() -> None:
    """Build what changed; say in one line what it weighs, or why it was refused."""
    if is_fresh(BUILT):
        return
    try:
        build(BUILT)
    except (OverBudget, FileNotFoundError, subprocess.CalledProcessError) as error:
        sys.exit(f"widget_assets.build: {_reason(error)}")
    print(f"widget_assets.build: {summary(BUILT)}", file=sys.stderr)


def build(folder: Path) -> Mapping[str, Built]:
    """Build every entry into a folder and write its manifest last; raises OverBudget before writing it."""
    folder.mkdir(parents=True, exist_ok=True)
    stamp = stamp_of_sources()
    built = {entry.name: _build_entry(entry, folder) for entry in ENTRIES}
    check_budgets(weigh(folder, built))
    manifest = {name: asdict(entry) for name, entry in built.items()}
    _write(folder / "manifest.json", json.dumps(manifest, indent=1))
    _write(folder / ".stamp", stamp)
    _drop_all_but({entry.file for entry in built.values()}, folder)
    return built


def is_fresh(folder: Path) -> bool:
    """Tell whether the folder was built from the sources as they are now."""
    stamp = folder / ".stamp"
    if not stamp.is_file() or not (folder / "manifest.json").is_file():
        return False
    return stamp.read_text(encoding="utf-8") == stamp_of_sources()


def stamp_of_sources() -> str:
    """Give one digest over everything a build depends on."""
    digest = hashlib.sha256()
    for path in sorted([*_files_of(SOURCES), HERE / "package-lock.json", *HERE.glob("*.py")]):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(HERE)}:{len(content)}:".encode())
        digest.update(content)
    return digest.hexdigest()


def weigh(folder: Path, built: Mapping[str, Built]) -> Mapping[str, tuple[int, int]]:
    """Give each bundle's bytes: raw, and as gzip -9 sends it."""
    contents = {name: (folder / entry.file).read_bytes() for name, entry in built.items()}
    return {name: (len(raw), len(gzip.compress(raw, 9, mtime=0))) for name, raw in contents.items()}


def check_budgets(weights: Mapping[str, tuple[int, int]], budgets: Iterable[Budget] = BUDGETS) -> None:
    """Refuse bundles that are too heavy, all of them named at once; raises OverBudget."""
    faults = [fault for budget in budgets for fault in _faults_of(budget, weights)]
    if faults:
        raise OverBudget("; ".join(faults))


def summary(folder: Path) -> str:
    """Give the weights of what is built, for people."""
    weights = weigh(folder, read_manifest(folder)).items()
    return ", ".join(f"{name} {raw / 1e3:.1f}/{packed / 1e3:.1f} kB" for name, (raw, packed) in weights)


def read_manifest(folder: Path) -> Mapping[str, Built]:
    """Read what a build wrote."""
    entries = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return {name: Built(**entry) for name, entry in entries.items()}


def integrity_of(content: bytes) -> str:
    """Give the hash a page names so that the browser refuses any other content (W3C SRI §3.1)."""
    return "sha384-" + base64.b64encode(hashlib.sha384(content).digest()).decode()


def _build_entry(entry: Entry, folder: Path) -> Built:
    from .bundling import build_file  # here, because a fresh start needs none of it

    stem, _, extension = entry.name.rpartition(".")
    path = build_file(entry.source, stem, extension, folder=folder, switches=entry.switches)
    return Built(path.name, integrity_of(path.read_bytes()), entry.type)


def _faults_of(budget: Budget, weights: Mapping[str, tuple[int, int]]) -> list[str]:
    raw = sum(weights[name][0] for name in budget.names)
    packed = sum(weights[name][1] for name in budget.names)
    together = " + ".join(budget.names)
    measures = (("gzip", packed, budget.gzip), ("raw", raw, budget.raw))
    return [
        f"{together}: {weight} bytes {measure}, budget {limit}"
        for measure, weight, limit in measures
        if limit and weight > limit
    ]


def _files_of(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def _write(path: Path, text: str) -> None:
    """Replace a file in one step: a server that starts meanwhile reads the old one or the new one."""
    draft = path.with_name(path.name + ".new")
    draft.write_text(text, encoding="utf-8")
    draft.replace(path)


def _drop_all_but(files: set[str], folder: Path) -> None:
    for path in folder.iterdir():
        if path.is_file() and path.name not in files | {"manifest.json", ".stamp"}:
            path.unlink()


def _reason(error: Exception) -> str:
    if isinstance(error, FileNotFoundError):
        return "esbuild is not installed: run `npm ci --ignore-scripts` in widget_assets"
    return str(getattr(error, "stderr", None) or error)


if __name__ == "__main__":
    main()
