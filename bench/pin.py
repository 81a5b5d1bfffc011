"""One call per pin: the server's time of GET /api/v1/pin, from the WSGI call to the last byte.

Pins are strewn over all districts, so that neighbours in the list have nothing in common; the first
hundred are not counted. Wall time holds what the machine's other work takes, CPU time does not.
"""

import time
from random import Random
from typing import Any

from werkzeug.test import EnvironBuilder

from bench.stage import Stage, describe, fail, per_engine, percentile, silence, spot, stage
from widget_server.territories import TerritoryIndexes

PINS = 3000
_NOT_COUNTED = 100
_TARGET_MS = 10


def main() -> None:
    """Measure on each engine; the lines of the log are written, to nowhere."""
    silence()
    describe("engine | polygons | wall p50 ms | wall p99 ms | CPU p50 ms | CPU p99 ms | KiB | < 10 ms")
    per_engine(measure)


def measure(engine: str) -> None:
    """Print a row of the table."""
    with stage(engine) as ready:
        wall, cpu, size = _ask(ready)
        districts = _districts(ready)
    told = " | ".join(f"{percentile(times, share):.2f}" for times in (wall, cpu) for share in (0.5, 0.99))
    verdict = "met" if percentile(wall, 0.99) < _TARGET_MS else "missed"
    print(f"| {engine} | {districts} | {told} | {size // 1024} | {verdict} |", flush=True)


def _districts(ready: Stage) -> int:
    with ready.floor.db.reading() as session:
        return len(TerritoryIndexes().current(session))


def _ask(ready: Stage) -> tuple[list[float], list[float], int]:
    chance, wall, cpu, size = Random(7), [], [], 0
    for number in range(PINS + _NOT_COUNTED):
        lon, lat = spot(chance)
        environ = EnvironBuilder(
            "/api/v1/pin", "http://127.0.0.1:8000", query_string={"lon": str(lon), "lat": str(lat)}
        )
        took_wall, took_cpu, length = _call(ready, environ.get_environ())
        size = max(size, length)
        if number >= _NOT_COUNTED:
            wall.append(took_wall * 1000)
            cpu.append(took_cpu * 1000)
    return wall, cpu, size


def _call(ready: Stage, environ: Any) -> tuple[float, float, int]:
    statuses: list[str] = []

    def start_response(status: str, _headers: object, _error: object = None) -> Any:
        statuses.append(status)

    began, began_cpu = time.perf_counter(), time.thread_time()
    answer = ready.app.wsgi_app(environ, start_response)
    body = b"".join(answer)
    took = time.perf_counter() - began, time.thread_time() - began_cpu
    if statuses != ["200 OK"]:
        fail(body.decode())
    return *took, len(body)


if __name__ == "__main__":
    main()
