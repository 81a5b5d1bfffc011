"""The command line of this server."""

from idp.kernel.application.commands import run_commands

from .app import create_app
from .slices import SLICES


def main() -> None:
    """Run a command."""
    run_commands("idp", "idp.app:create_app", create_app, SLICES)
