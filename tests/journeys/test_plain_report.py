"""With scripts off the same steps are plain forms, on a page that has no scripts of ours at all."""

import pytest
from playwright.sync_api import expect

from .mail import open_letter
from .product import Product
from .stage import Stage
from .window import Story, Window

pytestmark = [pytest.mark.journey, pytest.mark.timeout(240)]


@pytest.mark.parametrize("site", ["dobro", "gorod"])
def test_report_with_scripts_off(stage: Stage, product: Product, photo: bytes, site: str) -> None:
    story, page = Story(email=f"plain-{site}@example.org"), stage.person(scripts=False)
    page.goto(f"{product.dobro}/report" if site == "dobro" else product.gorod)
    window = Window(page, stage.shots)
    page.locator("iframe").scroll_into_view_if_needed()  # it loads when it comes into view
    window.choose_found_place(story)
    window.ask_category(story)
    window.describe(story)
    window.post_photo(photo)
    window.introduce(story)
    number = window.send()
    page.goto(product.mailbox)
    letter = open_letter(page, product, to=story.email, about=number)
    expect(letter.locator("a[href*='/confirm/']")).to_be_visible()


def test_photo_survives_a_mistake_with_scripts_off(stage: Stage, product: Product, photo: bytes) -> None:
    story, page = Story(email="not an address"), stage.person(scripts=False)
    page.goto(product.gorod)
    window = Window(page, stage.shots)
    page.locator("iframe").scroll_into_view_if_needed()
    window.choose_found_place(story)
    window.ask_category(story)
    window.describe(story)
    window.post_photo(photo)
    window.frame.locator("#email").fill(story.email)
    window.next.click()
    expect(window.frame.locator(".error-summary li")).to_have_count(3)
    window.shoot("mistakes")
    expect(window.frame.locator("#email")).to_have_value(story.email)
    window.introduce(Story(email="mistaken@example.org"))
    expect(window.frame.locator("ul.photos img")).to_have_count(1)
