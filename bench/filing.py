"""Filing through HTTP: POST /api/v1/problems with a photo sent before, over one connection kept alive.

Beside it stands GET /healthz over the same connection, so that the cost of HTTP itself is known, and
the number of commits of a filing, counted in this process by the engine's own events.
"""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from random import Random
from typing import Any

import httpx
import sqlalchemy as sa
from PIL import Image

from bench.serve import Unlimited
from bench.stage import PARTNER, Stage, describe, fail, per_engine, percentile, silence, spot, stage
from idp.kernel.ground import clock
from idp.kernel.ground.ids import new_id
from idp.kernel.outside.images import process_picture
from widget_server.media import add_photo, keep_picture
from widget_server.routing import current_desk

FILINGS = 1000
_NOT_COUNTED = 50
_COMMITS_OVER = 20
_START_WITHIN_SECONDS = 60
_CATEGORY = "yards.cleaning"


def main() -> None:
    """Measure on each engine; the lines of the log are written, to nowhere."""
    silence()
    describe("engine | p50 ms | p99 ms | /healthz p50 ms | ratio of medians | commits a filing")
    per_engine(measure)


def measure(engine: str) -> None:
    """Print a row of the table."""
    port = _free_port()
    with stage(engine, public_url=f"http://127.0.0.1:{port}") as ready:
        bodies = _bodies(ready, FILINGS + _NOT_COUNTED + _COMMITS_OVER)
        commits = _commits_each(ready, bodies[:_COMMITS_OVER])
        with _served(ready, port) as client:
            floor = _times(lambda _: client.get("/healthz"), range(FILINGS))
            filing = _times(lambda body: _file(client, body), bodies[_COMMITS_OVER:])[_NOT_COUNTED:]
    middle, late, bare = percentile(filing, 0.5), percentile(filing, 0.99), percentile(floor, 0.5)
    print(
        f"| {engine} | {middle:.2f} | {late:.2f} | {bare:.2f} | {middle / bare:.1f} | {commits:g} |",
        flush=True,
    )


def _times(ask: Callable[[Any], httpx.Response], items: Sequence[object]) -> list[float]:
    """Give how many milliseconds each call took; ends the program at the first one that failed."""
    times = []
    for item in items:
        began = time.perf_counter()
        response = ask(item)
        times.append((time.perf_counter() - began) * 1000)
        if response.is_error:
            fail(response.text)
    return times


def _file(client: httpx.Client, body: object) -> httpx.Response:
    return client.post("/api/v1/problems", json=body, headers={"Idempotency-Key": str(new_id())})


def _bodies(ready: Stage, count: int) -> list[dict[str, object]]:
    """Give reports of places where one service works, each with a photo of its own."""
    chance, bodies = Random(11), list[dict[str, object]]()
    tokens = _upload(ready, count)
    while len(bodies) < count:
        lon, lat = spot(chance)
        if _serving(ready, lon, lat) == 1:
            bodies.append({**_WORDS, "lon": lon, "lat": lat, "photos": [tokens[len(bodies)]]})
    return bodies


def _serving(ready: Stage, lon: float, lat: float) -> int:
    place = {"lon": lon, "lat": lat}
    with ready.floor.db.reading() as session:
        found = current_desk().receivers(
            session, **place, category_code=_CATEGORY, answers={}, now=clock.now(), language="ru"
        )
    return len(found)


_WORDS = {
    "partner": PARTNER,
    "address": "улица Ленина, 5",
    "category": _CATEGORY,
    "description": "Двор не подметали с осени, везде бутылки и листья.",
    "service": "",
    "email": "vera@example.org",
    "name": "Вера",
    "consents": ["process", "transfer"],
}


def _upload(ready: Stage, count: int) -> list[str]:
    """Give tokens of photos that were sent before; one picture, because decoding is not what is timed."""
    file = BytesIO()
    Image.effect_noise((1200, 900), 40).convert("RGB").save(file, "JPEG")
    picture, tokens = process_picture(file.getvalue()), []
    kept = keep_picture(picture, files=ready.floor.files)
    with ready.floor.db.writing() as session:
        for _ in range(count):
            photo = add_photo(session, kept, owner_id=new_id(), now=clock.now())
            tokens.append(f"{photo}.{ready.floor.capabilities.mint('photo-token', str(photo))}")
    return tokens


def _commits_each(ready: Stage, bodies: Sequence[object]) -> float:
    """Give how many transactions with writes a filing commits."""
    written: list[str] = []

    @sa.event.listens_for(ready.floor.db.engine, "commit")
    def count(connection: sa.Connection) -> None:
        written.append(connection.dialect.name)

    ready.app.extensions["limiter"] = Unlimited()
    client = ready.app.test_client()
    for body in bodies:
        headers = {"Idempotency-Key": str(new_id())}
        url = ready.floor.settings.public_url
        answer = client.post("/api/v1/problems", json=body, headers=headers, base_url=url)
        if answer.status_code != httpx.codes.CREATED:
            fail(answer.text)
    sa.event.remove(ready.floor.db.engine, "commit", count)
    return len(written) / len(bodies)


@contextmanager
def _served(ready: Stage, port: int) -> Iterator[httpx.Client]:
    environment = {**os.environ, **ready.environment, "BENCH_PORT": str(port)}
    process = subprocess.Popen([sys.executable, "-m", "bench.serve"], env=environment)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
            _wait_for(client, process)
            yield client
    finally:
        process.terminate()
        process.wait()


def _wait_for(client: httpx.Client, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _START_WITHIN_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            client.get("/healthz").raise_for_status()
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return
    fail("the server did not start")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    main()
