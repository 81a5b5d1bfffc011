"""Starts the demo: `python -m examples.demo`, usually through `./run`."""

import os
import socket
import sys
from contextlib import suppress

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from .certificate import Certificate, certificate_for
from .configuration import configure
from .plan import Plan, current_plan, refuse
from .vault import open_vault

THREADS = 8
STOP_WITHIN_SECONDS = 2


def main() -> None:
    """Prepare the data, then serve until Ctrl-C."""
    plan = current_plan()
    _require_free_port(plan)
    plan.folder.mkdir(parents=True, exist_ok=True)
    vault = open_vault(plan.folder)
    certificate = certificate_for(plan) if plan.is_tls else None
    configure(plan, vault)
    from .prepare import prepare  # here, so that a busy port is told before both servers are imported

    prepare(plan, vault)
    _serve(plan, certificate)


def _serve(plan: Plan, tls: Certificate | None) -> None:
    server = Granian(
        "examples.demo.sites:create_sites",
        address=plan.address,
        port=plan.port,
        interface=Interfaces.WSGI,
        factory=True,
        workers=1,
        blocking_threads=THREADS,
        log_level=LogLevels.error,
        workers_kill_timeout=STOP_WITHIN_SECONDS,
        ssl_cert=tls.chain if tls else None,
        ssl_key=tls.key if tls else None,
    )
    server.serve()
    sys.stdout.flush()
    os._exit(0)  # nothing is left to save, and taking two servers' modules apart takes a second


def _require_free_port(plan: Plan) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # a port just left is free
        try:
            probe.bind((plan.address, plan.port))
        except OSError as error:
            refuse(
                f"Порт {plan.port} занять не удалось: {error.strerror}. Возьмите другой:",
                f"Port {plan.port} cannot be used. Take another one:",
                f"  PORT={plan.port + 1} ./run",
            )


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):  # Ctrl-C while the data is prepared; the server has its own handler
        main()
