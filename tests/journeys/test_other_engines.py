"""The main journeys in Firefox and in WebKitGTK, as they come: other engines, other rules for a frame."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from . import firefox as gecko
from . import screen
from . import webkit as gtk
from .driven import FRAME, DrivenWindow, Pictures, until
from .firefox import Firefox, firefox
from .product import Product
from .signin import ANNA
from .webkit import WebKit, webkit
from .window import Story

NO_FIREFOX = not (gecko.BINARY.exists() and screen.BINARY.exists())
NO_WEBKIT = not all(program.exists() for program in gtk.PROGRAMS)
SEPARATE_COOKIES = 5  # network.cookie.cookieBehavior: each site has its own jar for what it embeds
pytestmark = [pytest.mark.journey, pytest.mark.timeout(240)]


@pytest.fixture(scope="module")
def fox() -> Iterator[Firefox]:
    """Firefox with its own settings."""
    with firefox() as started:
        assert started.preference("network.cookie.cookieBehavior") == SEPARATE_COOKIES
        yield started


@pytest.fixture(params=[(), ("--enable-itp",)], ids=["usual", "strict"])
def gnome(request: pytest.FixtureRequest) -> Iterator[WebKit]:
    """WebKitGTK with its own settings, and with the tracking prevention that Safari has."""
    with webkit(*request.param) as started:
        yield started


@pytest.fixture
def photo_file(photo: bytes, tmp_path: Path) -> Path:
    """The phone's photo as a file."""
    path = tmp_path / "IMG_2041.jpg"
    path.write_bytes(photo)
    return path


@pytest.mark.skipif(NO_FIREFOX, reason="firefox-esr or Xvfb is not installed")
@pytest.mark.skipif(sys.version_info >= (3, 13), reason="marionette-driver needs Python 3.12 or older")
class TestFirefox:
    def test_guest_reports_with_photo(self, fox: Firefox, product: Product, photo_file: Path) -> None:
        window = DrivenWindow(fox, Pictures("firefox/guest"))
        _report_as_guest(window, product, photo_file, Story(email="fox@example.org"))
        assert fox.complaints() == []

    def test_person_signs_in_by_popup(self, fox: Firefox, product: Product, photo_file: Path) -> None:
        window, story = DrivenWindow(fox, Pictures("firefox/signed-in")), Story()
        _go_to_who(window, product, photo_file, story)
        _sign_in_by_popup(window, product)
        window.agree()
        window.send()
        assert fox.ask("document.querySelector('main h1').textContent") == "Спасибо, сообщение отправлено"
        assert fox.cookies() == []
        assert fox.complaints() == []
        fox.open(product.provider)
        assert fox.cookies() != []  # so the list above would have shown one


@pytest.mark.skipif(NO_WEBKIT, reason="WebKitGTK's browser, its driver or Xvfb is not installed")
class TestWebKit:
    def test_guest_reports_with_photo(
        self, gnome: WebKit, product: Product, photo_file: Path, request: pytest.FixtureRequest
    ) -> None:
        window = DrivenWindow(gnome, Pictures(f"webkit/guest-{request.node.callspec.id}"))
        _report_as_guest(window, product, photo_file, Story(email="gnome@example.org"))


def _report_as_guest(window: DrivenWindow, product: Product, photo: Path, story: Story) -> None:
    heights = _go_to_who(window, product, photo, story)
    window.introduce(story)
    window.send()
    assert len(heights) == 3
    assert window.driver.cookies() == []


def _go_to_who(window: DrivenWindow, product: Product, photo: Path, story: Story) -> set[float]:
    """Fill in all that is not about the person; gives how tall the frame was on its first steps."""
    window.open(f"{product.dobro}/report")
    heights = {window.height()}
    window.choose_suggested_place(story)
    heights.add(window.height())
    window.search_category(story)
    heights.add(window.height())
    window.describe(story)
    window.add_photo(photo)
    return heights


def _sign_in_by_popup(window: DrivenWindow, product: Product) -> None:
    driver, known = window.driver, window.driver.windows()
    window.press("sign-in-popup button")
    until(lambda: len(driver.windows()) > len(known), "the window to sign in")
    driver.switch(next(name for name in driver.windows() if name not in known))
    window.write("#login", ANNA)
    window.write("#password", product.password)
    window.shoot_window("sign-in-window")
    window.press("#submit")
    until(lambda: driver.windows() == known, "the window's end")
    driver.switch(known[0])
    driver.enter(FRAME)
    window.expect("document.querySelector('.notice.good')?.textContent.includes('Анна Волкова')")
    window.expect("document.querySelector('#email') === null")
