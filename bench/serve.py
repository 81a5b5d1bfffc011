"""Serves the benchmarks' window by Granian: the product's own app, without its limit of sends a minute.

One address files a thousand reports in a minute here, which is what the limit is there to stop.
"""

import os

from flask import Flask
from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from bench.stage import silence
from widget_server.app import create_app

THREADS = 8


class Unlimited:
    """A limiter that counts nothing."""

    def hit(self, *_: object) -> bool:
        """Let it through."""
        return True


def app() -> Flask:
    """Build the app that a worker serves; its log goes nowhere."""
    silence()
    made = create_app()
    made.extensions["limiter"] = Unlimited()
    return made


def main() -> None:
    """Serve on the port that BENCH_PORT names, until stopped."""
    server = Granian(
        "bench.serve:app",
        port=int(os.environ["BENCH_PORT"]),
        interface=Interfaces.WSGI,
        factory=True,
        workers=1,
        blocking_threads=THREADS,
        log_level=LogLevels.error,
    )
    server.serve()


if __name__ == "__main__":
    main()
