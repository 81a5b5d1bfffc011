"""The whole way by keyboard alone: Tab, arrows, Space and Enter; a mouse is never touched."""

import pytest
from playwright.sync_api import FileChooser, expect

from .product import Product
from .stage import Stage, frame_of, until
from .window import CONSENTS, Story, Window

pytestmark = [pytest.mark.journey, pytest.mark.timeout(240)]
FARTHEST = 40


class Keyboard:
    """Ten fingers at the widget."""

    def __init__(self, window: Window) -> None:
        self._window = window
        self._keys = window.page.keyboard

    def press(self, key: str) -> None:
        """Press a key wherever the focus is."""
        self._keys.press(key)

    def type(self, words: str) -> None:
        """Type where the focus is."""
        self._keys.type(words)

    def tab_to(self, selector: str) -> None:
        """Go on by Tab until the focus is here, visibly; fails when it never comes."""
        frame = frame_of(self._window.page)
        for _ in range(FARTHEST):
            if frame.evaluate(f"document.activeElement.matches({selector!r})"):
                assert frame.evaluate("document.activeElement.matches(':focus-visible')"), selector
                return
            self._keys.press("Tab")
        raise AssertionError(f"Tab never came to {selector}")

    def go_on(self) -> None:
        """Press the strong button."""
        self.tab_to("main .actions .primary")
        self._keys.press("Enter")


def test_report_by_keyboard_alone(stage: Stage, product: Product, photo: bytes) -> None:
    story, page = Story(email="keys@example.org"), stage.person(size=(1280, 900))
    choosers: list[FileChooser] = []
    # Before any frame is there, so that all of them are listened to.
    page.on("filechooser", lambda chooser: choosers.append(chooser))
    page.goto(f"{product.dobro}/report")
    window = Window(page, stage.shots)
    window.expect_step("place")
    keys = Keyboard(window)
    _enter_coordinates(window, keys)
    _pick_category(window, keys, story)
    _describe(window, keys, story)
    _add_photo(window, keys, photo, choosers)
    _introduce(window, keys, story)
    window.shoot("check")
    keys.go_on()
    window.receipt()


def test_suggested_place_is_taken_by_arrows(stage: Stage, product: Product) -> None:
    page = stage.person(size=(1280, 900))
    page.goto(f"{product.dobro}/report")
    window = Window(page, stage.shots)
    window.expect_step("place")
    keys = Keyboard(window)
    keys.tab_to("#address")
    keys.type("Октябрьск")
    expect(window.frame.get_by_role("option").first).to_be_visible()
    keys.press("ArrowDown")
    expect(window.frame.locator("#address")).to_have_attribute("aria-activedescendant", "suggestion-0")
    window.shoot("suggestions")
    keys.press("Enter")
    expect(window.frame.locator("#address")).to_have_value("улица Октябрьской Революции, Коломна")
    expect(window.frame.get_by_role("option")).to_have_count(0)
    keys.go_on()
    window.expect_step("category")


def test_focus_goes_to_the_heading_and_to_the_mistakes(stage: Stage, product: Product) -> None:
    page = stage.person(size=(1280, 900))
    page.goto(f"{product.dobro}/report")
    window = Window(page, stage.shots)
    window.expect_step("place")
    keys = Keyboard(window)
    keys.go_on()
    expect(window.frame.locator(".error-summary")).to_be_focused()
    window.shoot("mistake")
    keys.tab_to(".error-summary a")
    keys.press("Enter")
    expect(window.frame.locator("#address")).to_be_focused()
    expect(window.frame.locator(".error-summary")).to_be_visible()  # a jump to a field loads nothing anew
    _enter_coordinates(window, keys)
    expect(window.title).to_be_focused()


def _enter_coordinates(window: Window, keys: Keyboard) -> None:
    keys.tab_to("details.coordinates summary")
    keys.press("Enter")
    keys.tab_to("#coordinates")
    keys.type("55.0900, 38.7720")
    window.shoot("place")
    keys.go_on()
    window.expect_step("category")


def _pick_category(window: Window, keys: Keyboard, story: Story) -> None:
    keys.tab_to("#category-query")
    keys.type(story.trouble)
    keys.tab_to("[name=category]")
    keys.press("Space")
    expect(window.frame.locator(f"input[value='{story.category}']")).to_be_checked()
    window.shoot("category")
    keys.go_on()
    window.expect_step("details")


def _describe(window: Window, keys: Keyboard, story: Story) -> None:
    keys.tab_to("input[type=radio]")
    keys.press("Space")
    keys.press("ArrowDown")
    keys.press("ArrowUp")
    keys.tab_to("#description")
    keys.type(story.words)
    window.shoot("details")
    keys.go_on()
    window.expect_step("photos")


def _add_photo(window: Window, keys: Keyboard, photo: bytes, choosers: list[FileChooser]) -> None:
    keys.tab_to("#photo")
    keys.press("Enter")
    until(window.page, lambda: bool(choosers), "the window of files")
    file = {"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": photo}
    choosers[0].set_files(file)  # type: ignore[arg-type]  # FilePayload is such a dict
    expect(window.frame.locator("ul.photos li[data-id]")).to_have_count(1)
    window.shoot("photos")
    keys.go_on()
    window.expect_step("who")


def _introduce(window: Window, keys: Keyboard, story: Story) -> None:
    keys.tab_to("#email")
    keys.type(story.email)
    for name in CONSENTS:
        keys.tab_to(f"#{name}")
        keys.press("Space")
        expect(window.frame.locator(f"#{name}")).to_be_checked()
    window.shoot("who")
    keys.go_on()
    window.expect_step("check")
