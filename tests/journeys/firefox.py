"""Firefox ESR with its own settings, driven over Marionette, the door it has for that.

Playwright's way into Firefox presses nothing inside a frame of another site, which is where the widget
lives. What the profile changes keeps the browser at home (names lead to this machine, no calls to its
maker) and leaves its protection alone: cookies apart for each site, no window without a click.
"""

import json
import os
import subprocess
import tempfile
import time
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from . import screen
from .stage import FAR_ZONE

BINARY = Path("/usr/bin/firefox-esr")
START_WITHIN_SECONDS = 60.0
STOP_WITHIN_SECONDS = 15.0
_PREFERENCES: Mapping[str, str | int | bool] = {
    "network.dns.forceResolve": "127.0.0.1",
    "marionette.port": 0,
    "intl.accept_languages": "ru-RU, ru",
    "ui.prefersReducedMotion": 1,
    "dom.disable_open_during_load": True,  # Firefox's own value; its remote agent would allow all windows
    "app.normandy.enabled": False,
    "app.update.disabledForTesting": True,
    "browser.aboutwelcome.enabled": False,
    "browser.shell.checkDefaultBrowser": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "services.settings.server": "data:,#remote-settings-dummy/v1",
    "toolkit.telemetry.server": "",
}
_WHOLE_HEIGHT = "return document.documentElement.scrollHeight + outerHeight - innerHeight"
_PLACE = "return [mozInnerScreenX, mozInnerScreenY, innerWidth, innerHeight]"
_DRAWN = """
const [done] = arguments, drawn = () => requestAnimationFrame(() => requestAnimationFrame(done));
setTimeout(drawn, 200);  // the frame is drawn by a process of its own
"""
_COMPLAINTS = """
return Services.console.getMessageArray()
  .filter(said => said instanceof Ci.nsIScriptError && !(said.flags & Ci.nsIScriptError.warningFlag))
  .filter(said => /localhost:/.test(said.sourceName))
  .map(said => `${said.errorMessage} (${said.sourceName}:${said.lineNumber})`)
"""


class Firefox:
    """Firefox as a driver."""

    name = "firefox"

    def __init__(self, marionette: Any, display: str) -> None:
        from marionette_driver.errors import MarionetteException  # type: ignore[import-untyped]  # has no types

        self.not_ready: type[Exception] = MarionetteException
        self._marionette = marionette
        self._display = display

    def open(self, address: str) -> None:
        """Go to an address."""
        self._marionette.navigate(address)

    def enter(self, css: str) -> None:
        """Go on inside a frame of the page."""
        self._marionette.switch_to_frame(self._find(css))

    def leave(self) -> None:
        """Go on in the page itself."""
        self._marionette.switch_to_frame()

    def press(self, css: str) -> None:
        """Click an element."""
        self._find(css).click()

    def write(self, css: str, words: str) -> None:
        """Type into a field."""
        self._find(css).send_keys(words)

    def attach(self, css: str, file: Path) -> None:
        """Choose a file in a file field."""
        self._find(css).send_keys(str(file))

    def ask(self, expression: str) -> object:
        """Give what a JavaScript expression is in this document."""
        answer: object = self._marionette.execute_script(f"return {expression}")
        return answer

    def windows(self) -> list[str]:
        """Name the open windows."""
        return list(self._marionette.window_handles)

    def switch(self, window: str) -> None:
        """Go on in another window."""
        self._marionette.switch_to_window(window)

    def cookies(self) -> list[str]:
        """Name the cookies that this document's site has here, the ones hidden from scripts too."""
        return [cookie["name"] for cookie in self._marionette.get_cookies()]

    def picture(self) -> bytes:
        """Take the whole page as a PNG, in a window that is made as tall as the page for a moment."""
        size = self._marionette.window_rect
        self._resize(size["width"], max(size["height"], self._marionette.execute_script(_WHOLE_HEIGHT)))
        left, top, width, height = self._marionette.execute_script(_PLACE)
        picture = screen.seen(self._display, left=left, top=top, width=width, height=height)
        self._resize(size["width"], size["height"])
        return picture

    def preference(self, name: str) -> object:
        """Give the value of one of the browser's settings."""
        value: object = self._marionette.get_pref(name)
        return value

    def complaints(self) -> list[str]:
        """Give the errors of our pages that the browser's console shows."""
        with self._marionette.using_context("chrome"):
            return list(self._marionette.execute_script(_COMPLAINTS))

    def _find(self, css: str) -> Any:
        return self._marionette.find_element("css selector", css)

    def _resize(self, width: int, height: int) -> None:
        self._marionette.set_window_rect(width=width, height=height)
        self._marionette.execute_async_script(_DRAWN)


@contextmanager
def firefox() -> Iterator[Firefox]:
    """Start Firefox with a new profile and give it; ends the process it started, by its id."""
    scratch = tempfile.TemporaryDirectory(prefix="journeys-", ignore_cleanup_errors=True)
    with scratch as folder, screen.screen() as display:
        profile = Path(folder)
        lines = (f"user_pref({json.dumps(k)}, {json.dumps(v)});\n" for k, v in _PREFERENCES.items())
        (profile / "user.js").write_text("".join(lines), encoding="utf-8")
        process = _start(profile, display)
        try:
            marionette = _marionette(_port(profile, process))
            yield Firefox(marionette, display)
            marionette.delete_session()
        finally:
            _stop(process)


def _start(profile: Path, display: str) -> "subprocess.Popen[bytes]":
    switches = ["--marionette", "--remote-allow-system-access", "--no-remote", "--width=500", "--height=900"]
    return subprocess.Popen(
        [str(BINARY), *switches, "--profile", str(profile)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "HOME": str(profile), "DISPLAY": display, "TZ": FAR_ZONE},
    )


def _port(profile: Path, process: "subprocess.Popen[bytes]") -> int:
    """Give the port that the browser chose and wrote into its profile."""
    file, until = profile / "MarionetteActivePort", time.monotonic() + START_WITHIN_SECONDS
    while time.monotonic() < until and process.poll() is None:
        text = file.read_text() if file.exists() else ""
        if text:
            return int(text)
        time.sleep(0.05)
    raise RuntimeError(f"{BINARY} did not open its port")


def _marionette(port: int) -> Any:
    with warnings.catch_warnings():
        # It imports telnetlib, which Python 3.13 has no more: hence the skip there.
        warnings.simplefilter("ignore", DeprecationWarning)
        from marionette_driver.marionette import Marionette  # type: ignore[import-untyped]  # has no types
    marionette = Marionette(host="127.0.0.1", port=port)
    marionette.start_session(timeout=START_WITHIN_SECONDS)
    return marionette


def _stop(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(STOP_WITHIN_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
