"""Serves the provider over https on this machine: `python -m tests.interop.serve PORT CHAIN KEY`.

A program of its own, because `idp serve` speaks plain http to the proxy in front of it.
"""

import sys
from pathlib import Path

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from idp.kernel.application.commands import load_served


def main(port: int, chain: Path, key: Path) -> None:
    """Serve until stopped by a signal."""
    server = Granian(
        "idp.app:create_app",
        address="127.0.0.1",
        port=port,
        interface=Interfaces.WSGI,
        factory=True,
        workers=1,
        blocking_threads=4,
        log_level=LogLevels.error,
        workers_kill_timeout=2,
        ssl_cert=chain,
        ssl_key=key,
    )
    server.serve(target_loader=load_served)


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]))
