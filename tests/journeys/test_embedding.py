"""How the frame lives on other people's pages: alone, with the loader, and where it is not wanted."""

import pytest
from playwright.sync_api import Page, expect

from .loopback import html, serving
from .product import Product
from .stage import Stage, frame_of, until
from .window import Story, Window

pytestmark = [pytest.mark.journey, pytest.mark.timeout(240)]
NO_REFERRER = '<meta name="referrer" content="no-referrer">'


def test_iframe_alone_takes_a_report(stage: Stage, product: Product, photo: bytes) -> None:
    story, page = Story(email="reader@example.org"), stage.person()
    page.goto(product.gorod)
    assert page.locator("script").count() == 0
    page.locator("iframe").scroll_into_view_if_needed()
    window = Window(page, stage.shots)
    window.choose_suggested_place(story)
    window.search_category(story)
    window.describe(story)
    window.add_photo(photo)
    window.introduce(story)
    window.send()
    assert _height(page) == 760  # as the page's own HTML says


def test_loader_makes_the_frame_as_tall_as_its_step(stage: Stage, product: Product) -> None:
    page, heights = stage.person(), set()
    page.goto(f"{product.dobro}/report")
    window = Window(page, stage.shots)
    window.expect_step("place")
    until(page, lambda: _fits(page), "a frame without an inner scrollbar")
    heights.add(_height(page))
    window.choose_suggested_place(Story())
    until(page, lambda: _fits(page), "a frame without an inner scrollbar")
    heights.add(_height(page))
    window.frame.locator("details.group summary").first.click()
    until(page, lambda: _fits(page), "a frame that grows with an opened group")
    heights.add(_height(page))
    window.shoot("group-opened")
    assert len(heights) == 3
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.parametrize("key", ["dobro", "no-such-partner"])
def test_foreign_page_gets_the_same_diagnosis(stage: Stage, product: Product, key: str) -> None:
    """An unknown key and a wrong origin look alike, so that keys cannot be probed."""
    page = stage.person()
    frame = f'<iframe src="{product.window}/w/{key}" width=360 height=700></iframe>'
    with serving(lambda _path: html(frame)) as port:
        page.goto(f"http://evil.localhost:{port}/")
        inner = page.frame_locator("iframe")
        expect(inner.locator("#fault-code")).to_have_attribute("data-code", "embedding-refused")
        expect(inner.locator("form")).to_have_count(0)
        expect(inner.locator("main")).to_contain_text("адрес")
        stage.shots.take(page, "diagnosis")
    stage.complaints.clear()  # the answer is a 403, and the page has no icon


def test_clickjacking_page_cannot_frame_the_form(stage: Stage, product: Product) -> None:
    """A page that hides where it is gets the real frame, and the browser refuses to show it there."""
    page = stage.person()
    frame = f'<iframe src="{product.window}/w/dobro" width=360 height=700></iframe>'
    with serving(lambda _path: html(frame, head=NO_REFERRER)) as port:
        page.goto(f"http://evil.localhost:{port}/")
        until(page, lambda: any("frame-ancestors" in said for said in stage.complaints), "a refusal")
        assert all(not inner.url.startswith("http") for inner in page.frames[1:])
        stage.shots.take(page, "refused-by-the-browser")
    stage.complaints.clear()


def _height(page: Page) -> float:
    box = page.locator("iframe").bounding_box()
    assert box
    return box["height"]


def _fits(page: Page) -> bool:
    """Say whether the frame neither scrolls inside nor stands around empty."""
    spare = frame_of(page).evaluate("innerHeight - document.documentElement.scrollHeight")
    blank = frame_of(page).evaluate("innerHeight - document.body.offsetHeight")
    return bool(spare >= 0 and blank < 40)
