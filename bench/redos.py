"""A hundred kilobytes where a few are expected: nothing may take long (spec C8.12).

Each hostile text is sent as an address, as a URL, as Accept-Language and as User-Agent; the server is
called without HTTP, whose own bounds would refuse most of it before us.
"""

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from bench.enumeration import Answer, Browser
from bench.racers import prepare, provider_environment
from bench.stage import describe, silence
from idp.app import create_app
from idp.settings import ProviderSettings

LENGTH = 100_000
TARGET_MS = 100
_TRIES = int(os.environ.get("BENCH_TRIES", "5"))
_TEXTS = {
    "one letter": "a" * LENGTH,
    "dots": "a." * (LENGTH // 2),
    "at signs": "@" * LENGTH,
    "address without an end": "a@" + "b-" * (LENGTH // 2),
    "languages": "ru;q=0.5," * (LENGTH // 9),
    "language without an end": "ru;q=" + "0" * LENGTH,
    "spaces": " " * LENGTH + "!",
    "brackets": "(" * LENGTH,
    "percent signs": "%" * LENGTH,
    "accents": "а\u0301" * (LENGTH // 4),  # four bytes each
}


def main() -> None:
    """Print the slowest text of each place."""
    silence()
    with tempfile.TemporaryDirectory(prefix="bench-") as scratch:
        folder = Path(scratch)
        prepare(provider_environment(folder, 8000, folder / "ours.sqlite"))
        browser = Browser(create_app(ProviderSettings()))
        describe("place | slowest text | ms | target")
        for place, send in _places(browser).items():
            times = {name: min(send(text).took_ms for _ in range(_TRIES)) for name, text in _TEXTS.items()}
            slowest = max(times, key=lambda name: times[name])
            target = "met" if times[slowest] < TARGET_MS else "missed"
            print(f"| {place} | {slowest} | {times[slowest]:.1f} | {target} |", flush=True)


def _places(browser: Browser) -> dict[str, Callable[[str], Answer]]:
    asked = "/authorize?client_id=bench-es256&response_type=code&scope=openid&redirect_uri="
    forms: dict[str, tuple[str, Callable[[str], dict[str, str]]]] = {
        "address at registration": ("/register", lambda text: {"login": text, "password": "x" * 12}),
        "address at sign-in": ("/signin", lambda text: {"login": text, "password": ""}),
        "address at recovery": ("/reset", lambda text: {"login": text}),
        "name at registration": ("/register", lambda text: {"login": "vera@example.ru", "name": text}),
        "password at registration": (
            "/register",
            lambda text: {"login": "vera@example.ru", "password": text},
        ),
    }
    headers = ("Accept-Language", "User-Agent", "Authorization", "Cookie", "Accept", "Content-Type")
    return {
        **{place: _form(browser, path, fields) for place, (path, fields) in forms.items()},
        "redirect_uri": lambda text: browser.ask(f"{asked}https://{quote(text)}"),
        "path": lambda text: browser.ask("/" + quote(text)),
        **{name: _header(browser, name) for name in headers},
    }


def _form(browser: Browser, path: str, fields: Callable[[str], dict[str, str]]) -> Callable[[str], Answer]:
    return lambda text: browser.send(path, fields(text))


def _header(browser: Browser, name: str) -> Callable[[str], Answer]:
    return lambda text: browser.ask("/signin", headers={name: quote(text, safe="@();=,. %-")})


if __name__ == "__main__":
    main()
