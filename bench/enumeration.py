"""Whether time tells who has an account: sign-in, registration and recovery for known and unknown addresses.

Spec C6.10: medians within 5 % over 200 tries. Known and unknown take turns, each try from an address
of the network of its own, so that no limit speaks first; what else the machine does meets both.
"""

import os
import tempfile
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path
from statistics import median
from typing import NamedTuple

from flask import Flask
from werkzeug.datastructures import Headers
from werkzeug.test import EnvironBuilder, run_wsgi_app

from bench.racers import email_of, prepare, provider_environment
from bench.stage import describe, silence
from idp.app import create_app
from idp.kernel.ground.ids import new_secret
from idp.settings import ProviderSettings

TRIES = int(os.environ.get("BENCH_TRIES", "200"))
WITHIN = 0.05
_PEOPLE = 100
_PASSWORD = "совсем другие слова 17"
_Try = Callable[[str], dict[str, str]]

PAGES: dict[str, tuple[str, _Try]] = {
    "sign-in": ("/signin", lambda email: {"login": email, "password": _PASSWORD}),
    "registration": (
        "/register",
        lambda email: {"login": email, "password": _PASSWORD, "name": "", "once": new_secret(16)},
    ),
    "recovery": ("/reset", lambda email: {"login": email}),
}


class Answer(NamedTuple):
    """What came back, and the milliseconds it took."""

    took_ms: float
    status: str
    headers: Headers
    body: str


def main() -> None:
    """Print a row for each page."""
    silence()
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
        folder = Path(scratch)
        environment = provider_environment(folder, 8000, folder / "ours.sqlite")
        prepare(environment, people=_PEOPLE)
        browser = Browser(create_app(ProviderSettings()))
        describe("page | known, median ms | unknown, median ms | difference | answers alike | target")
        for name, (path, fields) in PAGES.items():
            print(_row(name, browser, path, fields), flush=True)


class Browser:
    """A browser without cookies but the form's, at another address of the network for each request."""

    def __init__(self, app: Flask) -> None:
        self._app, self._numbers = app, count(1)
        _, _, headers, body = self.ask("/signin")
        self._cookie = headers["Set-Cookie"].partition(";")[0]
        self._token = body.partition('name="csrf_token" value="')[2].partition('"')[0]

    def send(self, path: str, fields: dict[str, str]) -> Answer:
        """Send a form."""
        sent = {**fields, "csrf_token": self._token}
        return self.ask(path, method="POST", data=sent, headers={"Cookie": self._cookie})

    def ask(self, path: str, **more: object) -> Answer:
        """Send a request; making it ready is not counted."""
        number = next(self._numbers)
        peer = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
        builder = EnvironBuilder(path, base_url="http://127.0.0.1:8000", **more)
        environ = {**builder.get_environ(), "REMOTE_ADDR": peer}
        began = time.perf_counter()
        chunks, status, headers = run_wsgi_app(self._app, environ)
        body = b"".join(chunks)
        return Answer((time.perf_counter() - began) * 1000, status, headers, body.decode())


def _row(name: str, browser: Browser, path: str, fields: _Try) -> str:
    times: dict[bool, list[float]] = {True: [], False: []}
    shapes: dict[bool, set[object]] = {True: set(), False: set()}
    for number in range(2 * TRIES):
        is_known = number % 2 == 0
        # as long as a known one, so that only its being known differs
        email = email_of(number // 2 % _PEOPLE + 1) if is_known else f"vera{number % 1000}@example.ru"
        answer = browser.send(path, fields(email))
        times[is_known].append(answer.took_ms)
        shapes[is_known].add((answer.status, tuple(sorted(name for name, _ in answer.headers))))
    known, unknown = median(times[True]), median(times[False])
    difference = abs(known - unknown) / unknown
    alike = "yes" if shapes[True] == shapes[False] else f"no: {shapes}"
    target = "met" if difference <= WITHIN else "missed"
    return f"| {name} | {known:.2f} | {unknown:.2f} | {difference:.1%} | {alike} | {target} |"


if __name__ == "__main__":
    main()
