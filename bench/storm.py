"""A storm of passwords: how long the token endpoint takes while twenty people sign in at once, all the time.

Each of the twenty opens the form, sends a right password, and begins anew. Rounds with and without them
take turns. Server and load share all processors, as where one machine does everything.
"""

import os
import re
import tempfile
import threading
import time
from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from urllib.parse import quote

from bench.racers import PASSWORD, Lane, Racer, email_of, ours
from bench.stage import describe, fail, percentile, silence
from bench.wire import Wire

ROUNDS = int(os.environ.get("BENCH_ROUNDS", "5"))
PEOPLE = 20
_TOKENS_A_ROUND = 200


def main() -> None:
    """Print the times of idle and stormy rounds, and their ratio."""
    silence()
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
        idle, stormy, answers = _measure(Path(scratch))
    describe("token endpoint | p50 ms | p99 ms")
    print(_row("idle", idle))
    print(_row(f"{PEOPLE} people signing in", stormy))
    ratio = median(percentile(b, 0.99) / percentile(a, 0.99) for a, b in zip(idle, stormy, strict=True))
    told = ", ".join(f"{count} × {status}" for status, count in sorted(answers.items()))
    print(f"\np99 in the storm is {ratio:.2f} × that of idle. Sign-ins were answered {told}.")


def _measure(scratch: Path) -> tuple[list[list[float]], list[list[float]], Counter[int]]:
    """Give the times of each idle and each stormy round, and how the sign-ins were answered."""
    idle, stormy, answers = [], [], Counter[int]()
    with ours(scratch, is_pinned=False, people=PEOPLE) as racer:
        lane = Lane(racer, "ES256")
        _tokens(lane)
        for _ in range(ROUNDS):
            idle.append(_tokens(lane))
            with _storm(racer, answers):
                stormy.append(_tokens(lane))
    return idle, stormy, answers


def _row(name: str, rounds: list[list[float]]) -> str:
    middle, late = (median(percentile(one, share) for one in rounds) for share in (0.5, 0.99))
    return f"| {name} | {middle:.2f} | {late:.2f} |"


def _tokens(lane: Lane) -> list[float]:
    """Give how many milliseconds each of many token requests took, one after the other."""
    wire, times = Wire(lane.racer.port), []
    for number in range(_TOKENS_A_ROUND):
        code = lane.code(wire, number)
        began = time.perf_counter()
        if wire.ask(lane.redemption(code)).status != 200:
            fail("no tokens")
        times.append((time.perf_counter() - began) * 1000)
    wire.close()
    return times


@contextmanager
def _storm(racer: Racer, answers: Counter[int]):
    """Let everybody sign in again and again while the block runs."""
    over = threading.Event()
    threads = [
        threading.Thread(target=_sign_in_again_and_again, args=(racer, number, over, answers), daemon=True)
        for number in range(PEOPLE)
    ]
    for thread in threads:
        thread.start()
    time.sleep(0.3)
    yield
    over.set()
    for thread in threads:
        thread.join()


def _sign_in_again_and_again(racer: Racer, number: int, over: threading.Event, answers: Counter[int]) -> None:
    wire, head = Wire(racer.port), f"/signin HTTP/1.1\r\nHost: 127.0.0.1:{racer.port}\r\n"
    while not over.is_set():
        page = wire.ask(f"GET {head}\r\n".encode())
        cookie = page.header("set-cookie").partition(";")[0]
        token = re.search(r'name="csrf_token" value="([^"]+)"', page.body.decode())
        if token is None:
            fail(page.body.decode())
        body = f"csrf_token={token[1]}&login={quote(email_of(number))}&password={quote(PASSWORD)}"
        kind = f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n"
        answer = wire.ask(f"POST {head}Cookie: {cookie}\r\n{kind}\r\n{body}".encode())
        answers[answer.status] += 1
        if answer.status == 503:
            over.wait(int(answer.header("retry-after")))
    wire.close()


if __name__ == "__main__":
    main()
