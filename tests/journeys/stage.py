"""What a person has in front of them: a browser of a certain size and language, and the pictures of it."""

import re
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Frame, Page, StorageState

from .product import ROOT

PATIENCE_SECONDS = 20.0
PHONE = (390, 844)
FAR_ZONE = "Pacific/Auckland"  # a reader's own clock must not change what the product promises
Scheme = Literal["light", "dark"]


class Shots:
    """Numbered screenshots of one journey, in a folder of the checkout that git does not see."""

    def __init__(self, journey: str) -> None:
        self.folder = ROOT / "screenshots" / journey
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        self._count = 0

    def take(self, page: Page, step: str) -> Path:
        """Take the whole page as the person sees it now."""
        self._count += 1
        path = self.folder / f"{self._count:02d}-{step}.png"
        take_whole(page, path)
        return path


class Stage:
    """Opens browsers for people, each with a jar of its own, and hears what the pages complain of."""

    def __init__(self, browser: Browser, shots: Shots) -> None:
        self._browser = browser
        self._contexts: list[BrowserContext] = []
        self.shots = shots
        self.complaints: list[str] = []

    def person(
        self,
        *,
        size: tuple[int, int] = PHONE,
        scripts: bool = True,
        scheme: Scheme = "light",
        language: str = "ru-RU",
        memory: StorageState | None = None,
    ) -> Page:
        """Give a new person's first page; with the memory of another browser, if there is one."""
        is_phone = size[0] < 600
        context = self._browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            java_script_enabled=scripts,
            color_scheme=scheme,
            locale=language,
            timezone_id=FAR_ZONE,
            has_touch=is_phone,
            is_mobile=is_phone,
            reduced_motion="reduce",
            storage_state=memory,
        )
        context.set_default_timeout(PATIENCE_SECONDS * 1000)
        context.on("console", self._listen)
        context.on("weberror", lambda error: self.complaints.append(str(error.error)))
        self._contexts.append(context)
        return context.new_page()

    def close(self) -> None:
        """Close everybody's browsers."""
        for context in self._contexts:
            context.close()

    def _listen(self, message: ConsoleMessage) -> None:
        # The browser also complains of a form that came back with its mistakes, which is our design.
        if message.type == "error" and "status of 422" not in message.text:
            self.complaints.append(f"{message.text} ({message.location.get('url', '')})")


def take_whole(page: Page, path: Path) -> None:
    """Take a picture of the whole page.

    The window is made as tall as the page for a moment: a frame of another site is drawn only as far
    as the window reaches.
    """
    size = page.viewport_size
    assert size
    height = int(page.evaluate("Math.ceil(document.documentElement.getBoundingClientRect().height)"))
    if height > size["height"]:
        page.set_viewport_size({"width": size["width"], "height": height})
    page.screenshot(path=path, full_page=True, animations="disabled")
    if height > size["height"]:
        page.set_viewport_size(size)
        page.screenshot(clip={"x": 0, "y": 0, "width": 1, "height": 1})  # redrawn: clicks land right


def until(page: Page, holds: Callable[[], bool], what: str) -> None:
    """Wait for something that no element of the page tells; fails with its name."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < end, f"waited in vain for {what}"
        page.wait_for_timeout(100)  # Playwright hears the browser only inside its own calls


def frame_of(page: Page) -> Frame:
    """Give the widget's frame itself, for what a locator cannot do."""
    until(page, lambda: any(_is_widget(frame) for frame in page.frames), "the widget's frame")
    return next(frame for frame in page.frames if _is_widget(frame))


def _is_widget(frame: Frame) -> bool:
    return re.match(r"http://widget\.igrajdanin\.localhost:\d+/w/", frame.url) is not None
