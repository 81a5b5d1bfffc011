"""Chromium as people have it: a process of its own, driven over its debugging port.

Playwright's own launch switches off what a widget meets in life (storage kept apart by site, blocked
popups), so the browser is started here and only steered by Playwright. Third-party cookies are
blocked by the profile; every start has a new profile, and each visit a context of its own.
"""

import json
import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

BINARY = "/usr/bin/chromium"
START_WITHIN_SECONDS = 30.0
STOP_WITHIN_SECONDS = 10.0
_BLOCK_THIRD_PARTY_COOKIES = {"profile": {"cookie_controls_mode": 1}}
_SWITCHES = (
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--no-default-browser-check",
    "--password-store=basic",
    "--host-resolver-rules=MAP *.localhost 127.0.0.1, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
    "--remote-debugging-port=0",
    "--window-size=1280,900",
)


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start Chromium with a new profile and give it; ends the process it started, by its id."""
    with tempfile.TemporaryDirectory(prefix="journeys-", ignore_cleanup_errors=True) as folder:
        profile = _new_profile(Path(folder))
        process = _start(profile)
        try:
            with sync_playwright() as playwright:
                address = f"http://127.0.0.1:{_port(profile, process)}"
                browser = playwright.chromium.connect_over_cdp(address)
                yield browser
                browser.close()
        finally:
            _stop(process)


def _new_profile(profile: Path) -> Path:
    (profile / "Default").mkdir()
    preferences = json.dumps(_BLOCK_THIRD_PARTY_COOKIES)
    (profile / "Default" / "Preferences").write_text(preferences, encoding="utf-8")
    return profile


def _start(profile: Path) -> "subprocess.Popen[bytes]":
    # Chromium refuses to keep its sandbox when root starts it; everybody else keeps theirs.
    unboxed = ["--no-sandbox"] if os.geteuid() == 0 else []
    return subprocess.Popen(
        [BINARY, *_SWITCHES, *unboxed, f"--user-data-dir={profile}", "about:blank"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _port(profile: Path, process: "subprocess.Popen[bytes]") -> int:
    """Give the debugging port that the browser chose and wrote into its profile."""
    file, until = profile / "DevToolsActivePort", time.monotonic() + START_WITHIN_SECONDS
    while time.monotonic() < until and process.poll() is None:
        lines = file.read_text().split() if file.exists() else []
        if lines:
            return int(lines[0])
        time.sleep(0.05)
    raise RuntimeError(f"{BINARY} did not open its debugging port")


def _stop(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(STOP_WITHIN_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
