"""Runs several of the provider's commands in one process, because starting one takes its seconds.

Reads a JSON list of argument lists and writes a JSON list of what they have printed.
"""

import json
import sys
from contextlib import redirect_stdout
from io import StringIO

from idp.cli import main


def run(arguments: list[str]) -> str:
    """Run one command as the command line does; ends the program when it fails."""
    sys.argv, said = ["idp", *arguments], StringIO()
    with redirect_stdout(said):
        try:
            main()
        except SystemExit as end:
            if end.code:
                raise
    return said.getvalue().strip()


if __name__ == "__main__":
    json.dump([run(arguments) for arguments in json.load(sys.stdin)], sys.stdout)
