"""WebKitGTK's small browser, driven by its own WebDriver on a screen that nobody sees.

It is the nearest to Safari that a Linux machine has. Names under `localhost` lead to this machine by
themselves; whatever else a page asks for is sent to a port where nobody listens. What pages complain
of stays unheard: a driven browser keeps no traces, and so no console either.
"""

import io
import os
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from selenium import webdriver
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.common.by import By
from selenium.webdriver.webkitgtk.options import Options
from selenium.webdriver.webkitgtk.service import Service

from . import screen
from .stage import FAR_ZONE

SERVICE = Path("/usr/bin/WebKitWebDriver")
BROWSER = next(
    Path("/usr/lib").glob("*/webkit2gtk-4.1/MiniBrowser"), Path("/usr/lib/webkit2gtk-4.1/MiniBrowser")
)
PROGRAMS = (SERVICE, BROWSER, screen.BINARY)
SIZE = (500, 3000)
"""Taller than any step: the driver scrolls a frame but not the page around it, and would click below."""
_SWITCHES = (
    "--automation",
    "--proxy=http://127.0.0.1:9",
    "--ignore-host=*.localhost",
)
_DRAWN = """
const [done] = arguments, drawn = () => requestAnimationFrame(() => requestAnimationFrame(done));
setTimeout(drawn, 600);  // the frame is drawn some time after it has changed, and arrives softly
"""
_HEIGHT = "return Math.ceil(document.documentElement.getBoundingClientRect().height)"


class WebKit:
    """WebKitGTK as a driver."""

    name = "webkit"
    not_ready: type[Exception] = WebDriverException

    def __init__(self, driver: webdriver.WebKitGTK) -> None:
        self._driver = driver

    def open(self, address: str) -> None:
        """Go to an address."""
        self._driver.get(address)

    def enter(self, css: str) -> None:
        """Go on inside a frame of the page."""
        self._driver.switch_to.frame(self._driver.find_element(By.CSS_SELECTOR, css))

    def leave(self) -> None:
        """Go on in the page itself."""
        self._driver.switch_to.default_content()

    def press(self, css: str) -> None:
        """Click an element."""
        self._driver.find_element(By.CSS_SELECTOR, css).click()

    def write(self, css: str, words: str) -> None:
        """Press a field and type; without the press it cannot take the focus."""
        field = self._driver.find_element(By.CSS_SELECTOR, css)
        field.click()
        field.send_keys(words)

    def attach(self, css: str, file: Path) -> None:
        """Choose a file in a file field."""
        self._driver.find_element(By.CSS_SELECTOR, css).send_keys(str(file))

    def ask(self, expression: str) -> object:
        """Give what a JavaScript expression is in this document."""
        answer: object = self._driver.execute_script(f"return {expression}")
        return answer

    def windows(self) -> list[str]:
        """Name the open windows."""
        return list(self._driver.window_handles)

    def switch(self, window: str) -> None:
        """Go on in another window."""
        self._driver.switch_to.window(window)

    def cookies(self) -> list[str]:
        """Name the cookies that this document's site has here, the ones hidden from scripts too."""
        return [cookie["name"] for cookie in self._driver.get_cookies()]

    def picture(self) -> bytes:
        """Take the whole page as a PNG."""
        self._driver.execute_async_script(_DRAWN)
        page, buffer = Image.open(io.BytesIO(self._driver.get_screenshot_as_png())), io.BytesIO()
        height = int(self._driver.execute_script(_HEIGHT))
        page.crop((0, 0, page.width, height)).save(buffer, "PNG")
        return buffer.getvalue()


@contextmanager
def webkit(*switches: str) -> Iterator[WebKit]:
    """Start WebKitGTK with a new profile and give it; ends the processes it started, by their ids."""
    scratch = tempfile.TemporaryDirectory(prefix="journeys-", ignore_cleanup_errors=True)
    with scratch as folder, screen.screen() as display:
        place = {"HOME": folder, "XDG_DATA_HOME": folder, "XDG_CACHE_HOME": folder, "DISPLAY": display}
        service = Service(
            str(SERVICE),
            env={**os.environ, **place, "TZ": FAR_ZONE, "LANGUAGE": "ru"},
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # Selenium's own way to its connection
            driver = webdriver.WebKitGTK(options=_Options([*_SWITCHES, *switches]), service=service)
        try:
            driver.set_window_size(*SIZE)
            yield WebKit(driver)
        finally:
            driver.quit()


class _Options(Options):
    """What the browser is started with; Selenium's own class knows nothing of other browsers than its own."""

    def __init__(self, switches: list[str]) -> None:
        super().__init__()
        self._switches = switches

    def to_capabilities(self) -> dict[str, object]:
        return {
            "browserName": "MiniBrowser",
            "webkitgtk:browserOptions": {"binary": str(BROWSER), "args": self._switches},
        }
