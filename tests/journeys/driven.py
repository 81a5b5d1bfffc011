"""The partner's page in a browser that Playwright cannot drive, filled in as a person does it.

A driver is what Firefox and WebKitGTK have in common: a few verbs that act at once or fail. Everything
patient is here: the page changes under the hand, so each verb is tried until it works or time is up.
"""

import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from .product import ROOT
from .window import CONSENTS, Story

PATIENCE_SECONDS = 30.0
FRAME = "iframe[src*='/w/']"


class Driver(Protocol):
    """One window of a browser at a time, and in it one document: the page or a frame of it."""

    name: str
    not_ready: type[Exception]
    """What a verb raises when the element is not there yet, hidden, or was just replaced."""

    def open(self, address: str) -> None:
        """Go to an address."""

    def enter(self, css: str) -> None:
        """Go on inside a frame of the page."""

    def leave(self) -> None:
        """Go on in the page itself."""

    def press(self, css: str) -> None:
        """Click an element."""

    def write(self, css: str, words: str) -> None:
        """Type into a field."""

    def attach(self, css: str, file: Path) -> None:
        """Choose a file in a file field."""

    def ask(self, expression: str) -> object:
        """Give what a JavaScript expression is in this document."""

    def windows(self) -> list[str]:
        """Name the open windows."""

    def switch(self, window: str) -> None:
        """Go on in another window."""

    def cookies(self) -> list[str]:
        """Name the cookies that this document's site has here, the ones hidden from scripts too."""

    def picture(self) -> bytes:
        """Take the whole page as a PNG; the document must be the page itself."""


class Pictures:
    """Numbered screenshots of one journey, in a folder of the checkout that git does not see."""

    def __init__(self, journey: str) -> None:
        self._folder = ROOT / "screenshots" / journey
        shutil.rmtree(self._folder, ignore_errors=True)
        self._folder.mkdir(parents=True)
        self._count = 0

    def keep(self, picture: bytes, step: str) -> None:
        """Write down what was seen."""
        self._count += 1
        (self._folder / f"{self._count:02d}-{step}.png").write_bytes(picture)


class DrivenWindow:
    """The frame of the widget; each method is one step and ends when the next one is there."""

    def __init__(self, driver: Driver, pictures: Pictures) -> None:
        self.driver = driver
        self._pictures = pictures

    def open(self, address: str) -> None:
        """Open the partner's page and enter the frame."""
        self.driver.open(address)
        self._patiently(lambda: self.driver.enter(FRAME))
        self.expect_step("place")

    def choose_suggested_place(self, story: Story) -> None:
        """Type an address and take the first that is suggested while typing."""
        self.write("#address", story.address[:12])
        self.press("#suggestions [role=option]")
        self.expect(r"/^55\.\d+, 38\.\d+$/.test(document.querySelector('#coordinates').value)")
        self.expect("document.querySelector('.pin-report').textContent.includes('Коломна')")
        self._go_on("place", "category")

    def search_category(self, story: Story) -> None:
        """Find the category by typing; the list narrows by itself."""
        self.write("#category-query", story.trouble)
        choice = f"input[value='{story.category}']"
        self.expect(f'document.querySelector("{choice}").checkVisibility()')
        self.press(choice)
        self._go_on("category", "details")

    def describe(self, story: Story) -> None:
        """Answer the questions of the category and say what is wrong."""
        for question in range(1, 1 + self._count("fieldset.choices")):
            self.press(f"fieldset.choices:nth-of-type({question}) input")
        self.write("#description", story.words)
        self._go_on("details", "photos")

    def add_photo(self, photo: Path) -> None:
        """Take a photo; it goes up by itself."""
        self._patiently(lambda: self.driver.attach("#photo", photo))
        self.expect("document.querySelectorAll('ul.photos li[data-id] img').length === 1")
        self.expect("document.querySelector('ul.photos img').naturalWidth > 0")
        self._go_on("photos", "who")

    def introduce(self, story: Story) -> None:
        """Leave an e-mail address and agree to what is needed."""
        self.write("#email", story.email)
        self.write("#name", story.name)
        self.agree()

    def agree(self) -> None:
        """Tick what is needed, each box by itself, and go on."""
        for name in CONSENTS:
            assert self.driver.ask(f"document.querySelector('#{name}').checked") is False
            self.press(f"#{name}")
        self._go_on("who", "check")

    def send(self) -> str:
        """Look through and send; gives the number on the receipt."""
        self._go_on("check", "receipt")
        self.shoot("receipt")
        number = self.driver.ask("document.querySelector('main').dataset.number")
        assert isinstance(number, str)
        assert number
        return number

    def height(self) -> float:
        """Give how tall the partner's page shows the frame."""
        self.driver.leave()
        height = self.driver.ask(f'document.querySelector("{FRAME}").getBoundingClientRect().height')
        self.driver.enter(FRAME)
        assert isinstance(height, int | float)
        return height

    def expect_step(self, name: str) -> None:
        """Wait for a step by its name, and until the frame is as tall as it."""
        self.expect(f"document.body?.dataset.step === '{name}' && !!document.querySelector('main h1')")
        self.expect("Math.abs(innerHeight - document.documentElement.getBoundingClientRect().height) < 40")

    def expect(self, expression: str) -> None:
        """Wait until a JavaScript expression is true in the frame."""
        until(lambda: self.driver.ask(expression) is True, expression)

    def press(self, css: str) -> None:
        """Click as soon as that is possible."""
        self._patiently(lambda: self.driver.press(css))

    def write(self, css: str, words: str) -> None:
        """Type as soon as that is possible."""
        self._patiently(lambda: self.driver.write(css, words))

    def shoot(self, step: str) -> None:
        """Take the whole page with the frame as it stands."""
        self.driver.leave()
        self._pictures.keep(self.driver.picture(), step)
        self.driver.enter(FRAME)

    def shoot_window(self, step: str) -> None:
        """Take a window of which the frame is no part."""
        self._pictures.keep(self.driver.picture(), step)

    def _go_on(self, step: str, following: str) -> None:
        self.shoot(step)
        self.press("main .actions .primary")
        self.expect_step(following)

    def _count(self, css: str) -> int:
        count = self.driver.ask(f"document.querySelectorAll('{css}').length")
        assert isinstance(count, int)
        return count

    def _patiently(self, act: Callable[[], None]) -> None:
        end = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                return act()
            except self.driver.not_ready:
                if time.monotonic() > end:
                    raise
            time.sleep(0.1)


def until(holds: Callable[[], bool], what: str) -> None:
    """Wait for something; fails with its name."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not holds():
        assert time.monotonic() < end, f"waited in vain for {what}"
        time.sleep(0.1)
