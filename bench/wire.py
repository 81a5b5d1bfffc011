"""A load generator that costs little: HTTP/1.1 on a bare socket, requests as bytes made before.

It knows what our servers and oidc-provider answer with: a status line, headers, and a body whose
length is said or which comes in chunks. Anything else ends the benchmark.
"""

import socket
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bench.stage import fail

_READ_BYTES = 65536
_ANSWERED_WITHIN_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    head: bytes
    body: bytes

    def header(self, name: str) -> str:
        """Give a header's value, empty when it is not there."""
        wanted = f"\r\n{name.lower()}:".encode()
        at = self.head.lower().find(wanted)
        if at < 0:
            return ""
        return self.head[at + len(wanted) :].partition(b"\r\n")[0].strip().decode("latin-1")


class Wire:
    """One connection kept alive."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=_ANSWERED_WITHIN_SECONDS)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._kept = b""

    def ask(self, request: bytes) -> Answer:
        """Send a request and read its answer."""
        self._socket.sendall(request)
        while (end := self._kept.find(b"\r\n\r\n")) < 0:
            self._read()
        head, self._kept = self._kept[:end], self._kept[end + 4 :]
        answer = Answer(int(head[9:12]), head, b"")
        length = answer.header("content-length")
        body = self._take(int(length)) if length else self._take_chunks(answer)
        return Answer(answer.status, head, body)

    def close(self) -> None:
        """End the connection."""
        self._socket.close()

    def _read(self) -> None:
        more = self._socket.recv(_READ_BYTES)
        if not more:
            fail("the server has closed the connection")
        self._kept += more

    def _take(self, length: int) -> bytes:
        while len(self._kept) < length:
            self._read()
        taken, self._kept = self._kept[:length], self._kept[length:]
        return taken

    def _take_chunks(self, answer: Answer) -> bytes:
        if answer.header("transfer-encoding") != "chunked":
            return b""
        parts = []
        while size := int(self._line(), 16):
            parts.append(self._take(size))
            self._line()
        self._line()
        return b"".join(parts)

    def _line(self) -> bytes:
        while (end := self._kept.find(b"\r\n")) < 0:
            self._read()
        return self._take(end + 2)[:-2]


Job = Callable[[Wire, int], None]


def drive(port: int, job: Job, *, count: int, connections: int) -> list[float]:
    """Do a job `count` times over some connections at once, and give what each time took in seconds."""
    shares = [range(first, count, connections) for first in range(connections)]
    took: list[list[float]] = [[] for _ in shares]
    threads = [
        threading.Thread(target=_work, args=(port, job, share, times), daemon=True)
        for share, times in zip(shares, took, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    done = [seconds for times in took for seconds in times]
    if len(done) < count:
        fail(f"{count - len(done)} of {count} were not answered as expected")
    return done


def _work(port: int, job: Job, share: Sequence[int], times: list[float]) -> None:
    wire = Wire(port)
    for number in share:
        began = time.perf_counter()
        job(wire, number)
        times.append(time.perf_counter() - began)
    wire.close()
