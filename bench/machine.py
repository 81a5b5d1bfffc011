"""What the machine tells of a process: CPU time of all its threads, memory, and of a database: commits."""

import os
import socket
import sqlite3
import struct
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from subprocess import DEVNULL, Popen

import httpx

from bench.stage import fail

_TICKS = os.sysconf("SC_CLK_TCK")
_READY_WITHIN_SECONDS = 60
_WAL_HEADER, _FRAME_HEADER = 32, 24


def cores() -> tuple[set[int], set[int]]:
    """Give the core of the server and the cores of the load; the same one where there is only one."""
    usable = sorted(os.sched_getaffinity(0))
    return {usable[0]}, set(usable[1:]) or {usable[0]}


def start(
    command: Sequence[str], environment: Mapping[str, str], *, folder: Path, is_pinned: bool = True
) -> "Popen[bytes]":
    """Start a server on the server's core, or on all; what it logs is written, to nowhere."""
    core = cores()[0] if is_pinned else set(range(os.cpu_count() or 1))

    def pin() -> None:
        os.sched_setaffinity(0, core)

    return Popen(command, cwd=folder, env=dict(environment), stdout=DEVNULL, stderr=DEVNULL, preexec_fn=pin)


def wait_for(url: str, process: "Popen[bytes]") -> float:
    """Wait until a server answers, and give the seconds that took."""
    began = time.perf_counter()
    while not _answers(url):
        if process.poll() is not None or time.perf_counter() - began > _READY_WITHIN_SECONDS:
            fail(f"no answer from {url}")
        time.sleep(0.01)
    return time.perf_counter() - began


def stop(process: "Popen[bytes]") -> None:
    """End a server and wait for it."""
    process.terminate()
    process.wait()


def cpu_seconds(pid: int) -> float:
    """Give the CPU time that a process, its threads and its children have used so far."""
    return sum(_ticks(member) for member in family(pid)) / _TICKS


def worker_mib(pid: int) -> float:
    """Give the resident memory of the largest process of a family: the worker."""
    return max(_resident_kib(member) for member in family(pid)) / 1024


def family(pid: int) -> list[int]:
    """Give a process and its descendants."""
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except FileNotFoundError:
        return []
    return [pid, *(member for child in children for member in family(int(child)))]


def commits_of(database: Path, work: Callable[[], object]) -> int:
    """Give how many transactions a piece of work commits, counted in SQLite's write-ahead log.

    A frame that ends a transaction says how large the database then is, others say nothing (file
    format §4.1). The work must be small enough for no checkpoint.
    """
    with sqlite3.connect(database) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    work()
    log = Path(f"{database}-wal").read_bytes()
    page = struct.unpack(">I", log[8:12])[0]
    frames = range(_WAL_HEADER, len(log) - _FRAME_HEADER, _FRAME_HEADER + page)
    salt = log[16:24]
    return sum(log[at + 8 : at + 16] == salt and log[at + 4 : at + 8] != bytes(4) for at in frames)


def free_port() -> int:
    """Give a port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=5).is_success
    except httpx.TransportError:
        return False


def _ticks(pid: int) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])  # utime and stime of all threads (proc(5))


def _resident_kib(pid: int) -> int:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next((int(line.split()[1]) for line in lines if line.startswith("VmRSS:")), 0)
