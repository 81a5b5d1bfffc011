"""Cold set-up of `./run` in a fresh clone with empty caches, a warm start, and the memory it then takes.

The clone holds what is committed. Cold means: no environment, no packages in any cache of pip, uv or
npm, no data; the registries are reached over the network. Ready means: every site answers /healthz.
"""

import os
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from bench.stage import describe, fail

SITES = ("id.igrajdanin", "widget.igrajdanin", "dobro", "gorod", "mail")
_ROOT = Path(__file__).resolve().parents[1]
_READY_WITHIN_SECONDS = 900
_SETTLED_AFTER_SECONDS = 3


def main() -> None:
    """Print a table of three rows."""
    describe("what | measured")
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
        folder = Path(scratch) / "clone"
        subprocess.run(["git", "clone", "-q", "--no-hardlinks", str(_ROOT), str(folder)], check=True)
        environment = _environment(Path(scratch))
        with _started(folder, environment) as (cold, _):
            print(f"| cold set-up, to the first answer | {cold:.1f} s |", flush=True)
        with _started(folder, environment) as (warm, process):
            time.sleep(_SETTLED_AFTER_SECONDS)
            print(f"| warm start, to the first answer | {warm:.1f} s |")
            print(f"| memory of all its processes (PSS), everything served | {_pss_mib(process):.0f} MiB |")


def _environment(scratch: Path) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if k not in ("VIRTUAL_ENV", "VENV", "SETTINGS_FILE")}
    kept["PATH"] = os.pathsep.join(p for p in kept["PATH"].split(os.pathsep) if ".venv" not in p)
    caches = {
        name: str(scratch / name.lower()) for name in ("UV_CACHE_DIR", "PIP_CACHE_DIR", "npm_config_cache")
    }
    return {**kept, **caches, "PORT": str(_free_port()), "DATA_DIR": str(scratch / "data")}


@contextmanager
def _started(folder: Path, environment: dict[str, str]) -> Iterator[tuple[float, subprocess.Popen[bytes]]]:
    """Start `./run` and give the seconds until everything answers; stops it as Ctrl-C does."""
    began = time.perf_counter()
    process = subprocess.Popen(
        ["./run"], cwd=folder, env=environment, stdout=subprocess.DEVNULL, start_new_session=True
    )
    try:
        _wait_for(process, int(environment["PORT"]))
        yield time.perf_counter() - began, process
    finally:
        os.killpg(process.pid, signal.SIGINT)
        process.wait()


def _wait_for(process: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + _READY_WITHIN_SECONDS
    while time.monotonic() < until and process.poll() is None:
        if all(_answers(site, port) for site in SITES):
            return
        time.sleep(0.1)
    fail(f"./run did not come up: {process.poll()}")


def _answers(site: str, port: int) -> bool:
    try:
        host = {"Host": f"{site}.localhost:{port}"}
        return httpx.get(f"http://127.0.0.1:{port}/healthz", headers=host, timeout=10).is_success
    except httpx.TransportError:
        return False


def _pss_mib(process: subprocess.Popen[bytes]) -> float:
    """Give the memory of a process and its descendants; shared pages are counted once."""
    return sum(_pss_kib(pid) for pid in _family(process.pid)) / 1024


def _family(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(member for child in children for member in _family(int(child)))]


def _pss_kib(pid: int) -> int:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    main()
