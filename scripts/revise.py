"""Writes an Alembic revision of a server from the difference between its models and its revisions.

    python scripts/revise.py idp "add passkeys"

Works on a scratch SQLite database, so it needs no running server. Before the first release the one
initial revision is made anew instead: `python scripts/revise.py idp initial`.
"""

import importlib
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from flask import Flask
from flask_migrate import revision, upgrade

from idp.kernel.storage.migrations import know_tree

ROOT = Path(__file__).resolve().parent.parent
INITIAL = "initial"


def main() -> None:
    """Make the revision named on the command line and format it."""
    server, message = sys.argv[1], sys.argv[2]
    versions = ROOT / server / "migrations" / "versions"
    if message == INITIAL:
        (versions / f"{INITIAL}.py").unlink(missing_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        app = scratch_app(server, folder)
        know_tree(app)
        with app.app_context():
            upgrade()
            revision(message=message, autogenerate=True, rev_id=message.replace(" ", "_")[:30])
    ruff = Path(sys.executable).parent / "ruff"
    subprocess.run([ruff, "format", "-q", versions], check=True)


def scratch_app(server: str, folder: str) -> Flask:
    """Build the server on an empty database."""
    prefix = {"idp": "IDP", "widget_server": "WIDGET"}[server]
    values = {
        "SECRET_KEY": "scratch-" * 8,
        "DATABASE_URL": f"sqlite:///{folder}/scratch.sqlite",
        "DATA_DIR": folder,
        "PUBLIC_URL": "https://scratch.test",
        "MAIL__FOLDER": folder,
        "API_AUDIENCE" if prefix == "IDP" else "ISSUER": "https://other.scratch.test",
    }
    os.environ.update({f"{prefix}_{name}": value for name, value in values.items()})
    app: Flask = importlib.import_module(f"{server}.app").create_app()
    return app


if __name__ == "__main__":
    main()
