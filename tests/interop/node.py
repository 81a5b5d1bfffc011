"""Packages for Node, from their lock file, once per content of it."""

import subprocess
from hashlib import sha256
from pathlib import Path


def install_packages(folder: Path) -> None:
    """Bring `node_modules` of a folder to the state of its lock file; runs no package's scripts."""
    wanted = sha256((folder / "package-lock.json").read_bytes()).hexdigest()
    stamp = folder / "node_modules" / ".synced"
    if stamp.exists() and stamp.read_text() == wanted:
        return
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    stamp.write_text(wanted)
