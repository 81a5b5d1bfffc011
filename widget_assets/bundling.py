"""How one entry becomes one file: webassets names it by its content, esbuild joins and shortens it.

webassets carries no types, so it enters here alone, through `import_module`; the import is slow and
therefore in a module of its own, which a start with nothing to build never reads.
"""

import hashlib
import subprocess
from importlib import import_module
from pathlib import Path
from typing import IO, Any

HERE = Path(__file__).resolve().parent
SOURCES = HERE / "src"
ESBUILD = HERE / "node_modules" / ".bin" / "esbuild"
TARGET = "es2021,chrome100,firefox102,safari15.4"

webassets: Any = import_module("webassets")
filters: Any = import_module("webassets.filter")
versions: Any = import_module("webassets.version")


class Esbuild(filters.Filter):  # type: ignore[misc]  # its base is untyped
    """Hands an entry to esbuild, which reads the rest of the entry's graph by itself."""

    name = "esbuild"
    max_debug_level = None

    def __init__(self, *switches: str) -> None:
        super().__init__()
        self.switches = switches

    def unique(self) -> tuple[str, ...]:
        """Tell two filters apart by their switches."""
        return self.switches

    def input(self, _in: IO[str], out: IO[str], *, source_path: str, **_: object) -> None:
        """Write the joined entry; what webassets has read of it is not used."""
        out.write(joined(source_path, self.switches))


def build_file(source: str, stem: str, extension: str, *, folder: Path, switches: tuple[str, ...]) -> Path:
    """Build one entry into the folder and give its path, which carries a hash of the content."""
    environment = webassets.Environment(
        str(folder),
        url="/assets",
        load_path=[str(SOURCES)],
        cache=False,
        manifest=False,
        versions=versions.HashVersion(length=12, hash=hashlib.sha256),
    )
    output = f"{stem}.%(version)s.{extension}"
    bundle = webassets.Bundle(source, filters=[Esbuild(*switches)], output=output)
    environment.add(bundle)
    bundle.build(force=True)
    return Path(bundle.resolve_output(environment))


def joined(source: str, switches: tuple[str, ...]) -> str:
    """Give the text of an entry with everything it imports; raises CalledProcessError with the reason."""
    command = [
        str(ESBUILD),
        source,
        "--bundle",
        "--minify",
        "--charset=utf8",
        "--legal-comments=none",
        "--log-level=warning",
        "--loader:.png=empty",  # pictures of Leaflet parts that we do not use
        f"--target={TARGET}",
        *switches,
    ]
    # Every part of the command is ours: the source is an entry of the build's table.
    done = subprocess.run(command, check=True, capture_output=True, text=True, encoding="utf-8")  # noqa: S603
    return done.stdout
