"""Our provider beside oidc-provider: the same flow, database engine and durability, in one run.

A flow is an authorization request of a signed-in person whose consent is remembered (with PKCE), the
token request, and userinfo. The server runs on one core and the load comes from the others; lanes
take turns in short rounds, so that what else the machine does meets all of them. CPU time holds
every thread of the server and is the number to compare on a shared machine.
"""

import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from bench.machine import commits_of, cores, cpu_seconds, worker_mib
from bench.racers import ALGORITHMS, OURS, PEER, Lane, Racer, first_refresh_token, ours, peer
from bench.stage import describe, silence
from bench.wire import Wire, drive

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))
FLOWS = int(os.environ.get("BENCH_FLOWS", "300"))
REQUESTS = int(os.environ.get("BENCH_REQUESTS", "500"))
CONNECTIONS = 8
_WARM_UP, _ALONE, _COUNTED = 150, 100, 20


@dataclass
class Marks:
    """What a lane has reached so far, one value a round."""

    flows_a_second: list[float] = field(default_factory=list)
    cpu_ms: list[float] = field(default_factory=list)
    alone_ms: list[float] = field(default_factory=list)
    load_share: list[float] = field(default_factory=list)


def main() -> None:
    """Race and print the tables."""
    silence()
    os.sched_setaffinity(0, cores()[1])
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch, ExitStack() as stack:
        racers = [stack.enter_context(start(Path(scratch))) for start in (ours, peer)]
        lanes = [Lane(racer, algorithm) for algorithm in ALGORITHMS for racer in racers]
        for lane in lanes:
            drive(lane.racer.port, lane.flow, count=_WARM_UP, connections=CONNECTIONS)
        describe("provider | ID token | flows/s | CPU ms a flow | p50 ms alone | commits a flow")
        marks = _race(lanes)
        for lane in lanes:
            print(_row(lane, marks[lane.racer.name, lane.algorithm]), flush=True)
        _print_ratios(marks)
        _print_endpoints(racers)
        _print_sizes(racers)
        busiest = max(share for one in marks.values() for share in one.load_share)
        print(f"\nThe load generator used at most {busiest:.0%} of its core; ", end="")
        print(f"load average at the end {os.getloadavg()[0]:.1f}.")


def _race(lanes: list[Lane]) -> dict[tuple[str, str], Marks]:
    """Let the lanes take turns."""
    marks = {(lane.racer.name, lane.algorithm): Marks() for lane in lanes}
    for _ in range(ROUNDS):
        for lane in lanes:
            _run_round(lane, marks[lane.racer.name, lane.algorithm])
    return marks


def _run_round(lane: Lane, marks: Marks) -> None:
    used, own, began = cpu_seconds(lane.racer.pid), time.process_time(), time.perf_counter()
    drive(lane.racer.port, lane.flow, count=FLOWS, connections=CONNECTIONS)
    seconds = time.perf_counter() - began
    marks.flows_a_second.append(FLOWS / seconds)
    marks.load_share.append((time.process_time() - own) / seconds)
    marks.cpu_ms.append((cpu_seconds(lane.racer.pid) - used) * 1000 / FLOWS)
    alone = drive(lane.racer.port, lane.flow, count=_ALONE, connections=1)
    marks.alone_ms.append(median(alone) * 1000)


def _row(lane: Lane, marks: Marks) -> str:
    commits = commits_of(
        lane.racer.database, lambda: drive(lane.racer.port, lane.flow, count=_COUNTED, connections=1)
    )
    return (
        f"| {lane.racer.name} | {lane.algorithm} | {median(marks.flows_a_second):.0f} "
        f"| {median(marks.cpu_ms):.2f} | {median(marks.alone_ms):.2f} | {commits / _COUNTED:.1f} |"
    )


def _print_ratios(marks: dict[tuple[str, str], Marks]) -> None:
    """Print ours divided by the peer's: the median of the rounds' own ratios."""
    print()
    for algorithm in ALGORITHMS:
        mine, theirs = (marks[name, algorithm] for name in (OURS, PEER))
        speed = _ratio(mine.flows_a_second, theirs.flows_a_second)
        cpu = _ratio(mine.cpu_ms, theirs.cpu_ms)
        print(f"{algorithm}: {speed:.2f} × its flows/s, {cpu:.2f} × its CPU.")


def _ratio(mine: list[float], theirs: list[float]) -> float:
    return median(a / b for a, b in zip(mine, theirs, strict=True))


def _print_endpoints(racers: list[Racer]) -> None:
    print("\n| endpoint | " + " | ".join(f"{racer.name}, CPU ms" for racer in racers) + " |")
    print("|---|" + "---|" * len(racers))
    columns = [dict(_endpoints(Lane(racer, "ES256"))) for racer in racers]
    for name in columns[0]:
        cells = [f"{column[name]:.2f}" if name in column else "–" for column in columns]
        print(f"| {name} | " + " | ".join(cells) + " |", flush=True)


def _endpoints(lane: Lane) -> Iterator[tuple[str, float]]:
    """Give each endpoint's name and CPU time a request in milliseconds."""
    wire = Wire(lane.racer.port)
    token = lane.sign_in(wire, 0)["access_token"]
    wire.close()
    asked: dict[str, Callable[[], bytes]] = {
        "userinfo": lambda: lane.userinfo(token),
        "introspection": lambda: lane.introspection(token),
        "client credentials": lambda: lane.token(grant_type="client_credentials"),
        "discovery": lambda: lane.document("/.well-known/openid-configuration"),
        "key set": lambda: lane.document(lane.racer.path("jwks_uri")),
    }
    for name, make in asked.items():
        if cost := _cost(lane, make()):
            yield name, cost
    yield "refresh", _cost_of_refresh(lane)


def _cost(lane: Lane, request: bytes) -> float | None:
    """Give the CPU time of a request, or nothing where the provider does not take it."""
    wire = Wire(lane.racer.port)
    if wire.ask(request).status != 200:
        return None
    wire.close()
    used = cpu_seconds(lane.racer.pid)
    drive(lane.racer.port, lambda wire, _: _expect(wire, request), count=REQUESTS, connections=CONNECTIONS)
    return (cpu_seconds(lane.racer.pid) - used) * 1000 / REQUESTS


def _cost_of_refresh(lane: Lane) -> float:
    """Give the CPU time of a refresh; each connection goes on with the successor of its token."""
    tokens = [first_refresh_token(lane) for _ in range(CONNECTIONS)]

    def refresh(wire: Wire, number: int) -> None:
        chain = number % CONNECTIONS
        answer = wire.ask(lane.token(grant_type="refresh_token", refresh_token=tokens[chain]))
        tokens[chain] = json.loads(answer.body)["refresh_token"]

    used = cpu_seconds(lane.racer.pid)
    drive(lane.racer.port, refresh, count=REQUESTS, connections=CONNECTIONS)
    return (cpu_seconds(lane.racer.pid) - used) * 1000 / REQUESTS


def _expect(wire: Wire, request: bytes) -> None:
    if wire.ask(request).status != 200:
        raise AssertionError(request)


def _print_sizes(racers: list[Racer]) -> None:
    print("\n| provider | resident memory of the worker MiB | ready after s |\n|---|---|---|")
    for racer in racers:
        print(f"| {racer.name} | {worker_mib(racer.pid):.0f} | {racer.ready_seconds:.2f} |")


if __name__ == "__main__":
    main()
