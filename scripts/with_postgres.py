"""Runs a command with TEST_POSTGRES_URL naming a PostgreSQL server made for it and gone after it.

The server comes from the system's packages, lives in a scratch folder, listens on a socket in that
folder only, and forgoes durability, which a test does not need. PostgreSQL refuses to run as root,
so root hands it to the account `nobody`. Where no server can be had the run says so loudly, and
fails when CI is set.
"""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

OLDEST_VERSION = 15
SETTINGS = (
    "-c fsync=off -c synchronous_commit=off -c full_page_writes=off "
    "-c max_connections=200 -c listen_addresses=''"
)


def main() -> int:
    """Start the server, run the command given as arguments, stop the server; give the command's exit code."""
    command = sys.argv[1:]
    if os.environ.get("TEST_POSTGRES_URL"):
        return subprocess.call(command)
    binaries = newest_binaries()
    if binaries is None:
        print(
            f"NO POSTGRESQL {OLDEST_VERSION} OR NEWER FOUND (on Debian: apt-get install postgresql):",
            file=sys.stderr,
        )
        print("EVERY TEST RUNS ON SQLITE ONLY.", file=sys.stderr)
        return 1 if os.environ.get("CI") == "true" else subprocess.call(command)
    with tempfile.TemporaryDirectory(prefix="pg-", ignore_cleanup_errors=True) as scratch:
        return run_beside_server(command, binaries, scratch)


def run_beside_server(command: list[str], binaries: Path, scratch: str) -> int:
    """Make a server in a scratch folder, run the command beside it, stop the server at once."""
    owner, data = scratch_owner(scratch), f"{scratch}/data"

    def tool(name: str, *arguments: str, is_checked: bool = True) -> None:
        words = [*owner, str(binaries / name), "-D", data, *arguments]
        subprocess.run(words, check=is_checked, stdout=subprocess.DEVNULL, cwd=scratch)

    tool("initdb", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8")
    tool("pg_ctl", "-w", "-l", f"{scratch}/log", "-o", f"{SETTINGS} -k {scratch}", "start")
    try:
        url = f"postgresql+psycopg://postgres@/postgres?host={scratch}"
        return subprocess.call(command, env={**os.environ, "TEST_POSTGRES_URL": url})
    finally:
        tool("pg_ctl", "-m", "immediate", "stop", is_checked=False)


def newest_binaries() -> Path | None:
    """Give the folder of the newest installed server programs, or nothing."""
    folders = [Path(p).parent for p in [shutil.which("initdb")] if p]
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: -int(p.parent.name))
    for folder in folders:
        real = (folder / "initdb").resolve().parent
        if (real / "pg_ctl").exists() and version(real) >= OLDEST_VERSION:
            return real
    return None


def version(binaries: Path) -> int:
    """Give the major version of the server programs in a folder."""
    words = subprocess.run(
        [str(binaries / "pg_ctl"), "--version"], capture_output=True, text=True, check=True
    ).stdout.split()
    return int(words[2].split(".")[0])


def scratch_owner(scratch: str) -> list[str]:
    """Give the words that run a program as the owner of the scratch folder."""
    if os.getuid() != 0:
        return []
    nobody = pwd.getpwnam("nobody")
    os.chown(scratch, nobody.pw_uid, nobody.pw_gid)
    Path(scratch).chmod(0o755)
    return ["setpriv", f"--reuid={nobody.pw_uid}", f"--regid={nobody.pw_gid}", "--clear-groups"]


if __name__ == "__main__":
    sys.exit(main())
